public import BearerAuth
public import Hummingbird

/// A context whose request has brought a good token.
public protocol AuthenticatedContext: RequestContext {
    /// The token.
    var token: AuthenticatedToken { get }
    /// What checked it.
    var auth: BearerAuth { get }
}
