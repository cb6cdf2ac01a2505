/// A private or secret key that signs with one algorithm, named when the key is made.
///
/// ```swift
/// let key = try SigningKey.generate(.es256)
/// let stored = key.jwk.serialized()               // keep it secret
/// let same = try SigningKey(jwk: JWK(parsing: stored))
/// ```
public struct SigningKey: Sendable {
    /// The one algorithm of this key.
    public let algorithm: SignatureAlgorithm
    /// The key's name, `kid`.
    public let keyID: String?
    /// The half that verifies; of a symmetric key, the same secret.
    public let verifyingKey: VerifyingKey
    let material: KeyMaterial
    let signer: any SignatureMaking

    init(_ material: KeyMaterial, algorithm: SignatureAlgorithm, keyID: String?) throws(KeyError) {
        guard material.isPrivate else { throw KeyError(.wrongHalf, "a public key, where a private one is wanted") }
        self.algorithm = algorithm
        self.keyID = keyID
        self.material = material
        verifyingKey = try VerifyingKey(material, algorithm: algorithm, keyID: keyID)
        signer = try material.signer(for: algorithm)
    }

    /// Makes a new key from the system's random source; RSA keys have 2048 bits.
    ///
    /// - Parameters:
    ///   - algorithm: The algorithm of the key.
    ///   - keyID: The key's name; nil for its RFC 7638 thumbprint.
    /// - Returns: The new key.
    /// - Throws: `KeyError` where the name is too long.
    public static func generate(
        _ algorithm: SignatureAlgorithm,
        keyID: String? = nil
    ) throws(KeyError) -> SigningKey {
        let material = try KeyMaterial.generate(for: algorithm)
        let name =
            if let keyID { keyID } else { try JWK(members: material.members(private: true)).thumbprint() }
        return try SigningKey(material, algorithm: algorithm, keyID: name)
    }

    /// Takes a private JWK.
    ///
    /// - Parameters:
    ///   - jwk: The key. Its `alg` decides; its `use` and `key_ops` must allow signing.
    ///   - algorithm: What to bind a key to that has no `alg`; must be equal to an `alg` that is there.
    /// - Throws: `KeyError` where the key is public, weak, inconsistent, not for signatures, or names no algorithm.
    public init(jwk: JWK, algorithm: SignatureAlgorithm? = nil) throws(KeyError) {
        try KeyBinding.requireUse(of: jwk, for: .sign)
        let material = try KeyMaterial(jwk: jwk)
        let algorithm = try KeyBinding.algorithm(of: jwk, material: material, wanted: algorithm)
        try self.init(material, algorithm: algorithm, keyID: jwk.keyID)
    }

    /// Reads a private key from PEM: PKCS#8, PKCS#1 or SEC 1.
    ///
    /// A key that is marked for RSASSA-PSS takes only the `PS` algorithms, of its hash where it names one.
    ///
    /// - Parameters:
    ///   - pem: One PEM document.
    ///   - algorithm: The algorithm to bind the key to.
    ///   - keyID: The key's name.
    /// - Throws: `KeyError` that says what the text is instead, or what does not fit.
    public init(pem: String, algorithm: SignatureAlgorithm, keyID: String? = nil) throws(KeyError) {
        let document = try KeyDocument(pem: pem)
        try document.requireSigning(algorithm)
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

    /// The private key as a JWK with `alg`, `use` and `kid`.
    public var jwk: JWK { JWK(material, algorithm: algorithm, keyID: keyID, private: true) }

    /// The private key as PEM (PKCS#8); nil for a symmetric key.
    public var pem: String? { material.pem }

    /// Signs bytes.
    ///
    /// - Parameter message: What to sign.
    /// - Returns: The raw signature, as a JWS carries it.
    /// - Throws: `JWTError` where the cryptographic library fails.
    public func sign(_ message: some Collection<UInt8>) throws(JWTError) -> [UInt8] {
        do {
            return try withBytes(of: message) { (message) throws in
                try [UInt8](unsafeUninitializedCapacity: signer.signatureByteCount) { buffer, count in
                    let signature = UnsafeMutableBufferPointer(rebasing: buffer[..<signer.signatureByteCount])
                    try signer.sign(message, into: signature)
                    count = signature.count
                }
            }
        } catch {
            throw JWTError(.signingFailed)
        }
    }
}
