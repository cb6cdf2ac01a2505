internal import Crypto
internal import FoundationEssentials

/// Hashes of tokens and codes, as claims carry them.
enum TokenHash {
    /// The SHA-256 of a text in base64url: a DPoP proof's `ath` (RFC 9449 §4.2).
    static func sha256(_ text: String) -> String {
        withBytes(of: text) { text in
            SHA256.hash(data: UnsafeRawBufferPointer(text)).withUnsafeBytes { Base64URL.encode($0) }
        }
    }

    fileprivate static func leftHalf<Hash: HashFunction>(_ hash: Hash.Type, of text: String) -> String {
        withBytes(of: text) { text in
            Hash.hash(data: UnsafeRawBufferPointer(text)).withUnsafeBytes { digest in
                Base64URL.encode(digest.prefix(digest.count / 2))
            }
        }
    }
}

extension SignatureAlgorithm {
    /// Half the hash of a text, by the hash of the ID token's algorithm: `at_hash` and `c_hash`.
    ///
    /// OpenID Connect Core 1.0 §3.1.3.6; Ed25519 has SHA-512 inside. Nil where the algorithm has no such hash.
    func halfHash(of text: String) -> String? {
        if [.hs256, .rs256, .ps256, .es256].contains(self) { return TokenHash.leftHalf(SHA256.self, of: text) }
        if [.hs384, .rs384, .ps384, .es384].contains(self) { return TokenHash.leftHalf(SHA384.self, of: text) }
        if [.hs512, .rs512, .ps512, .es512, .ed25519].contains(self) {
            return TokenHash.leftHalf(SHA512.self, of: text)
        }
        return nil
    }
}

extension String {
    /// Whether two texts are the same bytes, in a time that tells their lengths only.
    func hasSameBytesInConstantTime(as other: String) -> Bool {
        guard utf8.count == other.utf8.count else { return false }
        // All bytes are looked at, whichever differ.
        return zip(utf8, other.utf8).reduce(0 as UInt8) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
