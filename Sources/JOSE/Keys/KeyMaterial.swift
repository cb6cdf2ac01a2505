internal import Crypto
internal import CryptoExtras
internal import FoundationEssentials

/// A key's numbers, checked, before an algorithm is bound to them.
enum KeyMaterial: Sendable {
    case secret([UInt8])
    case p256(P256.Signing.PublicKey, P256.Signing.PrivateKey?)
    case p384(P384.Signing.PublicKey, P384.Signing.PrivateKey?)
    case p521(P521.Signing.PublicKey, P521.Signing.PrivateKey?)
    case ed25519(Curve25519.Signing.PublicKey, Curve25519.Signing.PrivateKey?)
    case x25519(Curve25519.KeyAgreement.PublicKey, Curve25519.KeyAgreement.PrivateKey?)
    case mlDSA65(MLDSA65.PublicKey, MLDSA65.PrivateKey?)
    case mlDSA87(MLDSA87.PublicKey, MLDSA87.PrivateKey?)
    case rsa(_RSA.Signing.PublicKey, _RSA.Signing.PrivateKey?)

    /// Whether whoever has this can sign or decrypt.
    var isPrivate: Bool {
        switch self {
        case .secret: true
        case .p256(_, let key): key != nil
        case .p384(_, let key): key != nil
        case .p521(_, let key): key != nil
        case .ed25519(_, let key): key != nil
        case .x25519(_, let key): key != nil
        case .mlDSA65(_, let key): key != nil
        case .mlDSA87(_, let key): key != nil
        case .rsa(_, let key): key != nil
        }
    }

    /// The same without the private half; a secret stays what it is.
    var verifying: KeyMaterial {
        switch self {
        case .secret: self
        case .p256(let key, _): .p256(key, nil)
        case .p384(let key, _): .p384(key, nil)
        case .p521(let key, _): .p521(key, nil)
        case .ed25519(let key, _): .ed25519(key, nil)
        case .x25519(let key, _): .x25519(key, nil)
        case .mlDSA65(let key, _): .mlDSA65(key, nil)
        case .mlDSA87(let key, _): .mlDSA87(key, nil)
        case .rsa(let key, _): .rsa(key, nil)
        }
    }

    /// The algorithms that a key of these numbers can serve; a secret's length decides.
    var algorithms: [SignatureAlgorithm] {
        switch self {
        case .secret(let bytes): [.hs256, .hs384, .hs512].filter { bytes.count >= ($0.hashByteCountOfSecret ?? .max) }
        case .p256: [.es256]
        case .p384: [.es384]
        case .p521: [.es512]
        case .ed25519: [.ed25519]
        case .x25519: []
        case .mlDSA65: [.mlDSA65]
        case .mlDSA87: [.mlDSA87]
        case .rsa: [.rs256, .rs384, .rs512, .ps256, .ps384, .ps512]
        }
    }

    /// Checks that an algorithm fits these numbers.
    ///
    /// - Throws: `KeyError` with what does not fit.
    func require(_ algorithm: SignatureAlgorithm) throws(KeyError) {
        if algorithms.contains(algorithm) { return }
        if case .secret(let bytes) = self, let least = algorithm.hashByteCountOfSecret {
            throw KeyError(.weak, "\(algorithm) needs a secret of at least \(least) bytes, this has \(bytes.count)")
        }
        throw KeyError(.algorithmMismatch, "\(algorithm) does not fit \(summary)")
    }

    /// What kind of key this is, for an error's text.
    var summary: String {
        switch self {
        case .secret: "a symmetric key"
        case .p256: "a P-256 key"
        case .p384: "a P-384 key"
        case .p521: "a P-521 key"
        case .ed25519: "an Ed25519 key"
        case .x25519: "an X25519 key"
        case .mlDSA65: "an ML-DSA-65 key"
        case .mlDSA87: "an ML-DSA-87 key"
        case .rsa: "an RSA key"
        }
    }
}

extension KeyMaterial {
    /// Makes the numbers of a new key.
    static func generate(for algorithm: SignatureAlgorithm) throws(KeyError) -> KeyMaterial {
        switch algorithm.kind {
        case .hs256, .hs384, .hs512:
            let size = SymmetricKeySize(bitCount: (algorithm.hashByteCountOfSecret ?? 64) * 8)
            return .secret(SymmetricKey(size: size).withUnsafeBytes { Array($0) })
        case .es256:
            let key = P256.Signing.PrivateKey()
            return .p256(key.publicKey, key)
        case .es384:
            let key = P384.Signing.PrivateKey()
            return .p384(key.publicKey, key)
        case .es512:
            let key = P521.Signing.PrivateKey()
            return .p521(key.publicKey, key)
        case .ed25519:
            let key = Curve25519.Signing.PrivateKey()
            return .ed25519(key.publicKey, key)
        case .mlDSA65, .mlDSA87:
            let seed = SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
            return try KeyMaterial(mlDSA: algorithm, seed: seed)
        case .rs256, .rs384, .rs512, .ps256, .ps384, .ps512:
            do {
                let key = try _RSA.Signing.PrivateKey(keySize: .bits2048)
                return .rsa(key.publicKey, key)
            } catch {
                throw KeyError(.invalid, "no RSA key could be made")
            }
        }
    }

    /// Checks an HMAC secret: text of a PEM or SSH key is refused, for whoever has the public key would know it.
    static func secret(checked bytes: [UInt8]) throws(KeyError) -> KeyMaterial {
        if PEM.looksLikeKeyText(bytes) {
            throw KeyError(.invalid, "the secret is the text of a PEM or SSH key; such bytes never become an HMAC key")
        }
        return .secret(bytes)
    }
}
