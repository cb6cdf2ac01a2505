internal import Crypto

/// What content encryption makes of a plaintext.
struct SealedContent {
    let iv: [UInt8]
    let ciphertext: [UInt8]
    let tag: [UInt8]
}

extension ContentEncryptionAlgorithm {
    /// Encrypts a plaintext with a new initialization vector.
    ///
    /// - Throws: Whatever the cryptographic library throws.
    func seal(
        _ plaintext: UnsafeBufferPointer<UInt8>,
        key: [UInt8],
        authenticating additionalData: [UInt8]
    ) throws -> SealedContent {
        let iv = RandomBytes.make(ivByteCount)
        let sealed =
            switch kind {
            case .a128gcm, .a192gcm, .a256gcm:
                try AESGCM.seal(plaintext, key: key, iv: iv, authenticating: additionalData)
            case .a128cbcHS256, .a192cbcHS384, .a256cbcHS512:
                try AESCBCHMAC.seal(plaintext, key: key, iv: iv, authenticating: additionalData)
            }
        return SealedContent(iv: iv, ciphertext: sealed.ciphertext, tag: sealed.tag)
    }

    /// Decrypts a content whose lengths fit; nil where the tag does not hold, and for no other reason.
    func open(_ content: SealedContent, key: [UInt8], authenticating additionalData: [UInt8]) -> [UInt8]? {
        switch kind {
        case .a128gcm, .a192gcm, .a256gcm:
            AESGCM.open(content, key: key, authenticating: additionalData)
        case .a128cbcHS256, .a192cbcHS384, .a256cbcHS512:
            AESCBCHMAC.open(content, key: key, authenticating: additionalData)
        }
    }
}

/// Bytes of the system's cryptographic random source.
enum RandomBytes {
    static func make(_ count: Int) -> [UInt8] {
        SymmetricKey(size: SymmetricKeySize(bitCount: count * 8)).withUnsafeBytes { Array($0) }
    }
}

extension [UInt8] {
    /// Whether two arrays of a public length hold the same bytes, in a time that depends on the length alone.
    func hasSameSecretBytes(as other: some Collection<UInt8>) -> Bool {
        guard count == other.count else { return false }
        return zip(self, other).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
