/// A key that verifies signatures of one algorithm, named when the key is made.
///
/// ```swift
/// let key = try VerifyingKey(pem: publicKeyText, algorithm: .es256)
/// ```
public struct VerifyingKey: Sendable {
    /// The one algorithm of this key.
    public let algorithm: SignatureAlgorithm
    /// The key's name, `kid`.
    public let keyID: String?
    let material: KeyMaterial
    let verifier: any SignatureVerifying

    init(_ material: KeyMaterial, algorithm: SignatureAlgorithm, keyID: String?) throws(KeyError) {
        try material.require(algorithm)
        if let keyID { try KeyLimits.require(keyID: keyID) }
        self.algorithm = algorithm
        self.keyID = keyID
        self.material = material.verifying
        verifier = try material.verifier(for: algorithm)
    }

    /// Takes a JWK; of a private one, the public half.
    ///
    /// - Parameters:
    ///   - jwk: The key. Its `alg` decides; its `use` and `key_ops` must allow verifying.
    ///   - algorithm: What to bind a key to that has no `alg`; must be equal to an `alg` that is there.
    /// - Throws: `KeyError` where the key is weak, inconsistent, not for signatures, or names no algorithm.
    public init(jwk: JWK, algorithm: SignatureAlgorithm? = nil) throws(KeyError) {
        try KeyBinding.requireUse(of: jwk, for: .verify)
        let material = try KeyMaterial(jwk: jwk)
        let algorithm = try KeyBinding.algorithm(of: jwk, material: material, wanted: algorithm)
        try self.init(material, algorithm: algorithm, keyID: jwk.keyID)
    }

    /// Reads a public key from PEM: SPKI, PKCS#1 or a certificate; of a private key, the public half.
    ///
    /// Of a certificate only the key is taken: nobody checks its issuer, its dates or its use. A key that is marked for
    /// RSASSA-PSS takes only the `PS` algorithms, of its hash where it names one.
    ///
    /// - Parameters:
    ///   - pem: One PEM document.
    ///   - algorithm: The algorithm to bind the key to.
    ///   - keyID: The key's name.
    /// - Throws: `KeyError` that says what the text is instead, or what does not fit.
    public init(pem: String, algorithm: SignatureAlgorithm, keyID: String? = nil) throws(KeyError) {
        let document = try KeyDocument(pem: pem)
        try document.require(algorithm)
        try self.init(document.material, algorithm: algorithm, keyID: keyID)
    }

    /// Takes a shared secret for HMAC.
    ///
    /// - Parameters:
    ///   - secret: At least as many bytes as the hash has (32, 48 or 64), from a random source; not a password.
    ///   - algorithm: ``SignatureAlgorithm/hs256``, `hs384` or `hs512`.
    ///   - keyID: The key's name.
    /// - Throws: `KeyError` for a secret that is too short, or is the text of a PEM or SSH key.
    public init(secret: [UInt8], algorithm: SignatureAlgorithm, keyID: String? = nil) throws(KeyError) {
        try self.init(.secret(checked: secret), algorithm: algorithm, keyID: keyID)
    }

    /// The key as a JWK with `alg`, `use` and `kid`.
    ///
    /// For a symmetric key it holds the secret: never publish it.
    public var jwk: JWK { JWK(material, algorithm: algorithm, keyID: keyID, private: algorithm.isSymmetric) }

    /// The public key as PEM (SPKI); nil for a symmetric key.
    public var pem: String? { material.pem }

    /// Whether a signature over these bytes is this key's.
    ///
    /// - Parameters:
    ///   - signature: The raw signature, as a JWS carries it.
    ///   - message: What was signed.
    /// - Returns: Whether the signature holds; false for one of a wrong length too.
    public func isValid(signature: some Collection<UInt8>, for message: some Collection<UInt8>) -> Bool {
        withBytes(of: signature) { signature in
            withBytes(of: message) { message in verifier.isValid(signature, for: message) }
        }
    }
}

extension JWK {
    init(_ material: KeyMaterial, algorithm: SignatureAlgorithm, keyID: String?, private: Bool) {
        var members = material.members(private: `private`)
        if let keyID { members["kid"] = .string(keyID) }
        members["alg"] = .string(algorithm.name)
        members["use"] = "sig"
        self.init(members: members)
    }
}

/// Bounds on what names and sets may hold.
enum KeyLimits {
    /// The longest `kid` of a key or a token, in bytes.
    static let keyIDBytes = 1024
    /// The most keys of a set.
    static let keysInSet = 256

    static func require(keyID: String) throws(KeyError) {
        guard keyID.utf8.count <= keyIDBytes else { throw KeyError(.tooLarge, "a \"kid\" of over \(keyIDBytes) bytes") }
    }
}
