internal import Crypto

/// Where it is remembered which DPoP proofs and other one-time tokens have been used.
///
/// ``InMemoryReplayStore`` serves one process; several that serve the same clients share a store of their own making.
public protocol ReplayStore: Sendable {
    /// Notes that a one-time token is used now, in one atomic step: of two callers only one may learn that it is new.
    ///
    /// - Parameters:
    ///   - id: What names the token; it has one size, whatever the token says.
    ///   - expiry: Until when to remember it, in seconds since 1970; after that nobody would take the token.
    /// - Returns: Whether it is new.
    /// - Throws: `JWTError` `replay_check_unavailable` where that cannot be told; the token is refused then.
    func record(_ id: ReplayIdentifier, until expiry: Int64) async throws(JWTError) -> Bool
}

/// The name of a one-time token for a ``ReplayStore``: a SHA-256 of what tells it from all others.
public struct ReplayIdentifier: Sendable, Hashable {
    /// The 32 bytes.
    public let bytes: [UInt8]

    /// Names a token by texts that no other has together, such as the purpose, the issuer and the `jti`.
    public init(_ texts: String...) {
        // As JSON, so that no two lists of texts run together into one.
        let list = JSONValue.array(texts.map(JSONValue.string)).serialized()
        bytes = Array(SHA256.hash(data: list))
    }
}
