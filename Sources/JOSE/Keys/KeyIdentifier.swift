/// The kinds of key that PKCS#8 and SPKI documents name, by their object identifiers.
enum KeyIdentifier: CaseIterable {
    case rsa, rsaPSS, ellipticCurve, ed25519, x25519, mlDSA65, mlDSA87
    /// Keys that agree on keys with what this library does not have.
    case x448, diffieHellman
    /// Keys that sign with what this library does not have.
    case ed448, mlDSA44, dsa

    /// Finds a kind by the bytes of its identifier.
    init?(_ bytes: [UInt8]) {
        guard let kind = Self.allCases.first(where: { $0.bytes == bytes }) else { return nil }
        self = kind
    }

    /// The identifier's contents in DER.
    var bytes: [UInt8] {
        switch self {
        case .rsa: [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01]  // rsaEncryption, RFC 8017
        case .rsaPSS: [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x0A]  // id-RSASSA-PSS, RFC 4055
        case .ellipticCurve: [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01]  // id-ecPublicKey, RFC 5480
        case .ed25519: [0x2B, 0x65, 0x70]  // RFC 8410
        case .x25519: [0x2B, 0x65, 0x6E]
        case .x448: [0x2B, 0x65, 0x6F]
        case .ed448: [0x2B, 0x65, 0x71]
        case .mlDSA44: [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03, 0x11]  // RFC 9881
        case .mlDSA65: [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03, 0x12]
        case .mlDSA87: [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03, 0x13]
        case .diffieHellman: [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x03, 0x01]
        case .dsa: [0x2A, 0x86, 0x48, 0xCE, 0x38, 0x04, 0x01]
        }
    }

    /// What is said of a document whose key is of a kind that this library does not have.
    static func unsupported(_ kind: KeyIdentifier?) -> KeyError {
        let found: String
        switch kind {
        case .x448: found = "an X448 key; of its kind this library has X25519"
        case .diffieHellman: found = "a Diffie-Hellman key, which JOSE has no algorithm for"
        case .ed448: found = "an Ed448 key; of its kind this library has Ed25519"
        case .mlDSA44: found = "an ML-DSA-44 key; of its kind this library has ML-DSA-65 and ML-DSA-87"
        case .dsa: found = "a DSA key, which JOSE has no algorithm for"
        default: found = "a key of a kind this library does not know"
        }
        return KeyError(.unsupported, found)
    }
}
