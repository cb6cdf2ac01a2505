internal import Crypto
internal import CryptoExtras
internal import FoundationEssentials

/// An RSA signature's hash and padding.
///
/// PSS salts are as long as the hash (RFC 7518 §3.5).
struct RSAScheme: Sendable {
    enum Hash { case sha256, sha384, sha512 }

    let hash: Hash
    let padding: _RSA.Signing.Padding

    init?(_ algorithm: SignatureAlgorithm) {
        switch algorithm.kind {
        case .rs256: (hash, padding) = (.sha256, .insecurePKCS1v1_5)
        case .rs384: (hash, padding) = (.sha384, .insecurePKCS1v1_5)
        case .rs512: (hash, padding) = (.sha512, .insecurePKCS1v1_5)
        case .ps256: (hash, padding) = (.sha256, .PSS)
        case .ps384: (hash, padding) = (.sha384, .PSS)
        case .ps512: (hash, padding) = (.sha512, .PSS)
        default: return nil
        }
    }
}

/// Verifies RSASSA-PKCS1-v1_5 or RSASSA-PSS.
final class RSAVerifier: SignatureVerifying {
    private let key: _RSA.Signing.PublicKey
    private let scheme: RSAScheme
    let signatureByteCount: Int

    init(_ key: _RSA.Signing.PublicKey, _ scheme: RSAScheme) {
        self.key = key
        self.scheme = scheme
        signatureByteCount = (key.keySizeInBits + 7) / 8
    }

    func isValid(_ signature: UnsafeBufferPointer<UInt8>, for message: UnsafeBufferPointer<UInt8>) -> Bool {
        // RFC 8017 §8.1.2 and §8.2.2: exactly the modulus's length.
        guard signature.count == signatureByteCount else { return false }
        let signature = _RSA.Signing.RSASignature(rawRepresentation: UnsafeRawBufferPointer(signature))
        return switch scheme.hash {
        case .sha256: key.isValidSignature(signature, for: message.hashed(by: SHA256.self), padding: scheme.padding)
        case .sha384: key.isValidSignature(signature, for: message.hashed(by: SHA384.self), padding: scheme.padding)
        case .sha512: key.isValidSignature(signature, for: message.hashed(by: SHA512.self), padding: scheme.padding)
        }
    }
}

/// Signs with RSASSA-PKCS1-v1_5 or RSASSA-PSS.
final class RSASigner: SignatureMaking {
    let signatureByteCount: Int
    private let key: _RSA.Signing.PrivateKey
    private let scheme: RSAScheme

    init(_ key: _RSA.Signing.PrivateKey, _ scheme: RSAScheme) {
        self.key = key
        self.scheme = scheme
        signatureByteCount = (key.keySizeInBits + 7) / 8
    }

    func sign(_ message: UnsafeBufferPointer<UInt8>, into signature: UnsafeMutableBufferPointer<UInt8>) throws {
        let made =
            switch scheme.hash {
            case .sha256: try key.signature(for: message.hashed(by: SHA256.self), padding: scheme.padding)
            case .sha384: try key.signature(for: message.hashed(by: SHA384.self), padding: scheme.padding)
            case .sha512: try key.signature(for: message.hashed(by: SHA512.self), padding: scheme.padding)
            }
        try signature.fill(with: made.rawRepresentation)
    }
}
