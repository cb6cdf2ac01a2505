/// A private or shared key that decrypts by one key management algorithm, named when the key is made.
///
/// ```swift
/// let key = try DecryptionKey.generate(.ecdhESA256KW, curve: .x25519)
/// publish(key.encryptionKey.jwk)
/// let message = try JWE.decrypt(text, keys: [key])
/// ```
public struct DecryptionKey: Sendable {
    /// The one algorithm of this key.
    public let algorithm: KeyManagementAlgorithm
    /// The key's name, `kid`.
    public let keyID: String?
    /// The half that encrypts; of a symmetric key, the same secret.
    public let encryptionKey: EncryptionKey
    let material: KeyMaterial
    let decrypter: any KeyDecrypting

    init(_ material: KeyMaterial, algorithm: KeyManagementAlgorithm, keyID: String?) throws(KeyError) {
        guard material.isPrivate else { throw KeyError(.wrongHalf, "a public key, where a private one is wanted") }
        self.algorithm = algorithm
        self.keyID = keyID
        self.material = material
        encryptionKey = try EncryptionKey(material, algorithm: algorithm, keyID: keyID)
        decrypter = try material.decrypter(for: algorithm)
    }

    /// Makes a new key from the system's random source; RSA keys have 2048 bits.
    ///
    /// - Parameters:
    ///   - algorithm: The algorithm of the key; none of those for passwords.
    ///   - curve: The curve, for the algorithms of ECDH-ES.
    ///   - keyID: The key's name; nil for its RFC 7638 thumbprint.
    /// - Returns: The new key.
    /// - Throws: `KeyError` where the name is too long or the algorithm takes a password.
    public static func generate(
        _ algorithm: KeyManagementAlgorithm,
        curve: AgreementCurve = .p256,
        keyID: String? = nil
    ) throws(KeyError) -> DecryptionKey {
        let material = try KeyMaterial.generate(for: algorithm, curve: curve)
        let name =
            if let keyID { keyID } else { try JWK(members: material.members(private: true)).thumbprint() }
        return try DecryptionKey(material, algorithm: algorithm, keyID: name)
    }

    /// Takes a private JWK.
    ///
    /// - Parameters:
    ///   - jwk: The key. Its `alg` decides; its `use` and `key_ops` must allow decrypting.
    ///   - algorithm: What to bind a key to that has no `alg`; must be equal to an `alg` that is there.
    /// - Throws: `KeyError` where the key is public, weak, inconsistent, not for encryption, or names no algorithm.
    public init(jwk: JWK, algorithm: KeyManagementAlgorithm? = nil) throws(KeyError) {
        let material = try KeyMaterial(jwk: jwk)
        let algorithm = try KeyBinding.algorithm(of: jwk, material: material, wanted: algorithm)
        try KeyBinding.requireUse(of: jwk, by: algorithm, to: .decrypt)
        try self.init(material, algorithm: algorithm, keyID: jwk.keyID)
    }

    /// Reads a private key from PEM: PKCS#8, PKCS#1 or SEC 1.
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

    /// Takes a password (RFC 7518 §4.8).
    ///
    /// Whoever sends a message then chooses how long this side works, from 1,000 to 1,200,000 rounds of PBKDF2: that
    /// is why no JWK, no set and no default makes such a key.
    ///
    /// - Parameters:
    ///   - password: 8 to 1024 bytes.
    ///   - algorithm: One of ``KeyManagementAlgorithm/passwordBased``.
    ///   - keyID: The key's name.
    /// - Throws: `KeyError` for a password out of range, or another algorithm.
    public init(password: String, algorithm: KeyManagementAlgorithm, keyID: String? = nil) throws(KeyError) {
        let bytes = Array(password.utf8)
        let decrypter = try PBES2(bytes, algorithm, rounds: nil)
        self.algorithm = algorithm
        self.keyID = keyID
        self.decrypter = decrypter
        material = .secret(bytes)
        encryptionKey = try EncryptionKey(material, algorithm, keyID, decrypter)
    }

    /// The private key as a JWK with `alg`, `use` and `kid`.
    public var jwk: JWK { JWK(material, algorithm: algorithm, keyID: keyID, private: true) }

    /// The private key as PEM (PKCS#8); nil for a symmetric key.
    public var pem: String? { material.pem }
}
