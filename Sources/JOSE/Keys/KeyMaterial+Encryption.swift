internal import Crypto
internal import CryptoExtras
internal import FoundationEssentials

extension KeyMaterial {
    /// The key management algorithms that a key of these numbers can serve; of a secret, its length decides.
    var keyManagementAlgorithms: [KeyManagementAlgorithm] {
        switch self {
        case .secret(let bytes): KeyManagementAlgorithm.all.filter { $0.secretByteCount == bytes.count }
        case .p256, .p384, .p521, .x25519: KeyManagementAlgorithm.all.filter(\.isAgreement)
        case .rsa: [.rsaOAEP, .rsaOAEP256]
        default: []
        }
    }

    /// Checks that an algorithm fits these numbers.
    ///
    /// - Throws: `KeyError` with what does not fit.
    func require(_ algorithm: KeyManagementAlgorithm) throws(KeyError) {
        if keyManagementAlgorithms.contains(algorithm) { return }
        if algorithm.isPasswordBased {
            throw KeyError(.algorithmMismatch, "\(algorithm) takes a password, and only from its own initializer")
        }
        if case .secret(let bytes) = self, let count = algorithm.secretByteCount {
            throw KeyError(.weak, "\(algorithm) needs a secret of exactly \(count) bytes, this has \(bytes.count)")
        }
        throw KeyError(.algorithmMismatch, "\(algorithm) does not fit \(summary)")
    }

    /// Makes the numbers of a new key.
    static func generate(
        for algorithm: KeyManagementAlgorithm,
        curve: AgreementCurve
    ) throws(KeyError) -> KeyMaterial {
        if let count = algorithm.secretByteCount { return .secret(RandomBytes.make(count)) }
        if algorithm.isAgreement { return generate(on: curve) }
        guard !algorithm.isPasswordBased else {
            throw KeyError(.algorithmMismatch, "\(algorithm) takes a password, which is not generated here")
        }
        return try generate(for: .rs256)
    }

    private static func generate(on curve: AgreementCurve) -> KeyMaterial {
        switch curve.kind {
        case .p256:
            let key = P256.Signing.PrivateKey()
            return .p256(key.publicKey, key)
        case .p384:
            let key = P384.Signing.PrivateKey()
            return .p384(key.publicKey, key)
        case .p521:
            let key = P521.Signing.PrivateKey()
            return .p521(key.publicKey, key)
        case .x25519:
            let key = Curve25519.KeyAgreement.PrivateKey()
            return .x25519(key.publicKey, key)
        }
    }
}

extension JWK {
    init(_ material: KeyMaterial, algorithm: KeyManagementAlgorithm, keyID: String?, private: Bool) {
        var members = material.members(private: `private`)
        if let keyID { members["kid"] = .string(keyID) }
        members["alg"] = .string(algorithm.nameInKey)
        members["use"] = "enc"
        self.init(members: members)
    }
}
