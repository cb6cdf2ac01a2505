/// What a client may send and how long it may take.
public struct HTTPLimits: Sendable {
    /// The largest sum of all field names and values of a request, in bytes (431 beyond).
    public var headerBytes = 32 * 1024
    /// The largest number of fields (431 beyond).
    public var headerCount = 100
    /// The longest request target, in bytes (414 beyond).
    public var uriBytes = 8 * 1024
    /// The largest body of a form or JSON request, in bytes (413 beyond).
    public var bodyBytes = 64 * 1024
    /// From the first byte of a request's head to its last.
    public var headDeadline: Duration = .seconds(10)
    /// From a request's head to the beginning of its answer.
    public var requestDeadline: Duration = .seconds(30)
    /// From the beginning of an answer until the client has taken it.
    public var writeDeadline: Duration = .seconds(30)
    /// How long a connection may stay open between two requests.
    public var idleTimeout: Duration = .seconds(75)
    /// The largest number of open connections.
    public var connections = 16_384
    /// The largest number of open connections from one address that is not a trusted proxy.
    public var connectionsPerAddress = 1024
    /// The largest number of requests that wait at the revocation feed (503 beyond).
    ///
    /// Each is a connection, and the others are for everybody else.
    public var followers = 12_288
    /// The largest number of them from one address that is not a trusted proxy (429 beyond).
    public var followersPerAddress = 256

    /// The limits that a server has unless configured otherwise.
    public init() {}
}
