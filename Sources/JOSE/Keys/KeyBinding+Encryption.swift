extension KeyBinding {
    /// What a key is wanted for in encryption.
    enum EncryptionOperation {
        case encrypt, decrypt
    }

    /// The key management algorithm to bind a key to: the one it names, or the caller's where it names none.
    static func algorithm(
        of jwk: JWK,
        material: KeyMaterial,
        wanted: KeyManagementAlgorithm?
    ) throws(KeyError) -> KeyManagementAlgorithm {
        guard let named = try keyManagementNamed(by: jwk, wanted: wanted) else {
            guard let wanted else {
                let fitting = material.keyManagementAlgorithms.map(\.nameInKey).joined(separator: ", ")
                throw KeyError(.algorithmRequired, "the key names no algorithm; name one that fits it: \(fitting)")
            }
            try material.require(wanted)
            return wanted
        }
        if let wanted, wanted != named {
            throw KeyError(.algorithmMismatch, "the key is for \(named.nameInKey), not \(wanted.nameInKey)")
        }
        try material.require(named)
        return named
    }

    /// The algorithm that a key's `alg` names; nil where there is no `alg`.
    ///
    /// A key for direct encryption names its content encryption (RFC 7520 §3.6), or `dir`, which leaves that open.
    static func keyManagementNamed(
        by jwk: JWK,
        wanted: KeyManagementAlgorithm?
    ) throws(KeyError) -> KeyManagementAlgorithm? {
        guard let member = jwk.members["alg"] else { return nil }
        guard let name = member.stringValue else { throw KeyError(.malformed, "\"alg\" is not a string") }
        if let contentEncryption = ContentEncryptionAlgorithm(name) { return .dir(contentEncryption) }
        if let algorithm = KeyManagementAlgorithm(name, contentEncryption: wanted?.contentEncryption) {
            return algorithm
        }
        guard KeyManagementAlgorithm.kind(named: name) == nil else {
            throw KeyError(.algorithmRequired, "the key is for \"dir\"; name the content encryption to bind it to")
        }
        throw KeyError(.algorithmMismatch, "\"alg\" is no key management algorithm of this library")
    }

    /// Checks `use`, `key_ops` and `kid` (RFC 7517 §4.2 to §4.5).
    static func requireUse(
        of jwk: JWK,
        by algorithm: KeyManagementAlgorithm,
        to operation: EncryptionOperation
    ) throws(KeyError) {
        // A content key is wrapped by some and encrypted by others; the content itself by a key for `dir` only.
        let (encrypting, decrypting) =
            algorithm.isAgreement
            ? (["deriveKey", "deriveBits"], ["deriveKey", "deriveBits"])
            : algorithm.kind == .dir
                ? (["encrypt"], ["decrypt"]) : (["wrapKey", "encrypt"], ["unwrapKey", "decrypt"])
        // The public half of a key that may decrypt may encrypt.
        let allowed =
            switch operation {
            case .decrypt: decrypting
            case .encrypt: jwk.isPrivate ? encrypting + decrypting : encrypting
            }
        try requireUse(of: jwk, "enc", for: "encryption", oneOf: allowed)
    }
}
