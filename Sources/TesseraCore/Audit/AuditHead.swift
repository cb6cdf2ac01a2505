internal import JOSE

/// Where the chain of audit rows stands: the newest number and its hash.
///
/// Kept somewhere else, it shows later whether rows were cut off the end.
public struct AuditHead: Sendable, Hashable, Codable {
    /// The number of the newest row, from 1.
    public let number: Int64
    /// Its hash, 32 bytes.
    public let hash: [UInt8]

    /// Makes a head.
    public init(number: Int64, hash: [UInt8]) {
        self.number = number
        self.hash = hash
    }

    /// Reads `NUMBER:HASH`, the hash in base64url; nil for anything else.
    public init?(text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let number = Int64(parts[0]), number > 0,
            let hash = Base64URL.decode(Array(parts[1].utf8)), hash.count == AuditChain.hashLength
        else { return nil }
        self.init(number: number, hash: hash)
    }
}

extension AuditHead: CustomStringConvertible {
    /// `NUMBER:HASH`.
    public var description: String { "\(number):\(Base64URL.encode(hash))" }
}
