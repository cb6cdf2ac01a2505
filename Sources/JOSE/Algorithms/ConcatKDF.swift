internal import Crypto

/// The key derivation of ECDH-ES: Concat KDF of NIST SP 800-56A with SHA-256 (RFC 7518 §4.6.2).
package enum ConcatKDF {
    /// Derives a key.
    package static func derive(
        from secret: [UInt8],
        algorithm: String,
        producer: [UInt8],
        recipient: [UInt8],
        byteCount: Int
    ) -> [UInt8] {
        func word(_ count: Int) -> [UInt8] {
            withUnsafeBytes(of: UInt32(truncatingIfNeeded: count).bigEndian) { Array($0) }
        }
        // AlgorithmID, PartyUInfo and PartyVInfo with their lengths, then the derived key's length in bits.
        var information: [UInt8] = []
        for value in [Array(algorithm.utf8), producer, recipient] { information += word(value.count) + value }
        information += word(byteCount * 8)
        var derived: [UInt8] = []
        var round = 1
        while derived.count < byteCount {
            derived += SHA256.hash(data: word(round) + secret + information)
            round += 1
        }
        return Array(derived.prefix(byteCount))
    }
}
