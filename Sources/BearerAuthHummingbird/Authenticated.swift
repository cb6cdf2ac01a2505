public import BearerAuth
public import Hummingbird

/// The context of a protected route: that of the router, and a token that is never missing.
///
/// The members of the router's own context are reachable through it.
@dynamicMemberLookup
public struct Authenticated<Parent: RequestContext>: AuthenticatedContext {
    /// None: only a request that was authenticated has such a context.
    public typealias Source = Never
    /// The router's decoder.
    public typealias Decoder = Parent.Decoder
    /// The router's encoder.
    public typealias Encoder = Parent.Encoder

    /// The router's context; its logger names the subject and the client.
    public var parent: Parent
    /// The token.
    public let token: AuthenticatedToken
    /// What checked it.
    public let auth: BearerAuth

    init(_ parent: Parent, token: AuthenticatedToken, auth: BearerAuth) {
        self.parent = parent
        self.token = token
        self.auth = auth
        self.parent.logger = token.naming(parent.logger)
    }

    /// Cannot be called: there is no value to call it with.
    public init(source: Never) {
        switch source {}
    }

    /// Hummingbird's own part, which is the router's.
    public var coreContext: CoreRequestContextStorage {
        get { parent.coreContext }
        set { parent.coreContext = newValue }
    }

    /// The router's limit.
    public var maxUploadSize: Int { parent.maxUploadSize }
    /// The router's decoder.
    public var requestDecoder: Parent.Decoder { parent.requestDecoder }
    /// The router's encoder.
    public var responseEncoder: Parent.Encoder { parent.responseEncoder }

    /// A member of the router's context.
    public subscript<Value>(dynamicMember member: KeyPath<Parent, Value>) -> Value {
        parent[keyPath: member]
    }
}
