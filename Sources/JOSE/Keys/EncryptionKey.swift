/// A public or shared key that encrypts by one key management algorithm, named when the key is made.
///
/// ```swift
/// let key = try EncryptionKey(jwk: JWK(parsing: published))
/// let text = try JWE.encrypt(plaintext, for: key)
/// ```
public struct EncryptionKey: Sendable {
    /// The one algorithm of this key.
    public let algorithm: KeyManagementAlgorithm
    /// The key's name, `kid`.
    public let keyID: String?
    let material: KeyMaterial
    let encrypter: any KeyEncrypting

    init(_ material: KeyMaterial, algorithm: KeyManagementAlgorithm, keyID: String?) throws(KeyError) {
        try material.require(algorithm)
        try self.init(material, algorithm, keyID, material.encrypter(for: algorithm))
    }

    init(
        _ material: KeyMaterial,
        _ algorithm: KeyManagementAlgorithm,
        _ keyID: String?,
        _ encrypter: any KeyEncrypting
    ) throws(KeyError) {
        if let keyID { try KeyLimits.require(keyID: keyID) }
        self.algorithm = algorithm
        self.keyID = keyID
        self.material = material.verifying
        self.encrypter = encrypter
    }

    /// Takes a JWK; of a private one, the public half.
    ///
    /// - Parameters:
    ///   - jwk: The key. Its `alg` decides; its `use` and `key_ops` must allow encrypting.
    ///   - algorithm: What to bind a key to that has no `alg`; must be equal to an `alg` that is there.
    /// - Throws: `KeyError` where the key is weak, inconsistent, not for encryption, or names no algorithm.
    public init(jwk: JWK, algorithm: KeyManagementAlgorithm? = nil) throws(KeyError) {
        let material = try KeyMaterial(jwk: jwk)
        let algorithm = try KeyBinding.algorithm(of: jwk, material: material, wanted: algorithm)
        try KeyBinding.requireUse(of: jwk, by: algorithm, to: .encrypt)
        try self.init(material, algorithm: algorithm, keyID: jwk.keyID)
    }

    /// Reads a public key from PEM: SPKI or PKCS#1; of a private key, the public half.
    ///
    /// - Parameters:
    ///   - pem: One PEM document.
    ///   - algorithm: The algorithm to bind the key to.
    ///   - keyID: The key's name.
    /// - Throws: `KeyError` that says what the text is instead, or what does not fit.
    public init(pem: String, algorithm: KeyManagementAlgorithm, keyID: String? = nil) throws(KeyError) {
        try self.init(KeyMaterial(pem: pem), algorithm: algorithm, keyID: keyID)
    }

    /// Takes a shared AES key.
    ///
    /// - Parameters:
    ///   - secret: Exactly as many bytes as the algorithm takes, from a random source; not a password.
    ///   - algorithm: ``KeyManagementAlgorithm/dir(_:)``, `a128kw` to `a256kw` or `a128gcmkw` to `a256gcmkw`.
    ///   - keyID: The key's name.
    /// - Throws: `KeyError` for a secret of another length, or that is the text of a PEM or SSH key.
    public init(secret: [UInt8], algorithm: KeyManagementAlgorithm, keyID: String? = nil) throws(KeyError) {
        try self.init(.secret(checked: secret), algorithm: algorithm, keyID: keyID)
    }

    /// Takes a password (RFC 7518 §4.8), which only ``DecryptionKey/init(password:algorithm:keyID:)`` reads again.
    ///
    /// - Parameters:
    ///   - password: 8 to 1024 bytes; whoever sees a message may try as many as he can afford.
    ///   - algorithm: One of ``KeyManagementAlgorithm/passwordBased``.
    ///   - iterations: How many rounds of PBKDF2, from 1,000 to 1,200,000; nil for 600,000 of SHA-256 and 210,000 of
    ///     the longer hashes.
    ///   - keyID: The key's name.
    /// - Throws: `KeyError` for a password or a number of iterations out of range, or another algorithm.
    public init(
        password: String,
        algorithm: KeyManagementAlgorithm,
        iterations: Int? = nil,
        keyID: String? = nil
    ) throws(KeyError) {
        let password = Array(password.utf8)
        let encrypter = try PBES2(password, algorithm, rounds: iterations)
        try self.init(.secret(password), algorithm, keyID, encrypter)
    }

    /// The key as a JWK with `alg`, `use` and `kid`.
    ///
    /// For a symmetric key it holds the secret: never publish it.
    public var jwk: JWK { JWK(material, algorithm: algorithm, keyID: keyID, private: algorithm.isSymmetric) }

    /// The public key as PEM (SPKI); nil for a symmetric key.
    public var pem: String? { material.pem }
}
