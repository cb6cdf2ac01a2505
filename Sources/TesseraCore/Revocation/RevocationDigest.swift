internal import Crypto
internal import JOSE

/// What stands for an identifier in the feed: the first 16 bytes of its SHA-256, which tell a stranger nothing of it.
struct RevocationDigest: Sendable, Hashable {
    private let high: UInt64
    private let low: UInt64

    /// The digest of an identifier's UTF-8 bytes.
    init(of identifier: String) {
        var bytes = SHA256.hash(data: Array(identifier.utf8)).makeIterator()
        func word() -> UInt64 {
            var word: UInt64 = 0
            for _ in 0..<8 { word = word << 8 | UInt64(bytes.next() ?? 0) }
            return word
        }
        high = word()
        low = word()
    }

    /// The 16 bytes in base64url: 22 characters.
    var text: String { Base64URL.encode(high.bigEndianBytes + low.bigEndianBytes) }
}

extension UInt64 {
    /// The eight bytes, the most significant first.
    var bigEndianBytes: [UInt8] {
        stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: self >> UInt64($0)) }
    }
}
