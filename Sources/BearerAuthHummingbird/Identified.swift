public import BearerAuth
public import Hummingbird

/// The context of a route for everybody, which knows who asks if they say so.
///
/// The members of the router's own context are reachable through it.
@dynamicMemberLookup
public struct Identified<Parent: RequestContext>: RequestContext {
    /// None: only a request whose token was looked for has such a context.
    public typealias Source = Never
    /// The router's decoder.
    public typealias Decoder = Parent.Decoder
    /// The router's encoder.
    public typealias Encoder = Parent.Encoder

    /// The router's context; its logger names the subject and the client, where there is a token.
    public var parent: Parent
    /// The token; nil where the request brought none; a bad one has been refused.
    public let token: AuthenticatedToken?

    init(_ parent: Parent, token: AuthenticatedToken?) {
        self.parent = parent
        self.token = token
        if let token { self.parent.logger = token.naming(parent.logger) }
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
