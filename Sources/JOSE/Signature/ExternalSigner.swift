/// A key that signs somewhere else: in a key management service, a hardware module, another process.
///
/// ```swift
/// struct CloudKey: ExternalSigner {
///     let verifyingKey: VerifyingKey                          // the public half: alg and kid are its own
///     func sign(_ message: [UInt8]) async throws -> [UInt8] {
///         let der = try await service.sign(message)
///         return try verifyingKey.algorithm.signature(fromDER: der)
///     }
/// }
/// let text = try await ExternalTokenSigner(key, issuer: issuer, audience: "orders", lifetime: .seconds(1800))
///     .sign(subject: "u1")
/// ```
///
/// What comes back is checked with the public key before it is used, so that a wrong key, a wrong hash or a fault in the
/// module shows where it happens and not at those who verify.
public protocol ExternalSigner: Sendable {
    /// The public half, bound to the algorithm and with the name that signatures are made under.
    var verifyingKey: VerifyingKey { get }

    /// Signs bytes with the private half.
    ///
    /// - Parameter message: What to sign, whole: hashing it is the signer's part.
    /// - Returns: The raw signature as a JWS carries it; for ECDSA r and s, not DER.
    /// - Throws: Whatever keeps the signer from signing; it is handed on as it is.
    func sign(_ message: [UInt8]) async throws -> [UInt8]
}

extension ExternalSigner {
    /// The one algorithm of the key.
    public var algorithm: SignatureAlgorithm { verifyingKey.algorithm }

    /// The key's name, `kid`.
    public var keyID: String? { verifyingKey.keyID }

    /// The signature over bytes, once the public key has confirmed it.
    ///
    /// - Throws: Whatever the signer throws, or `JWTError` `signing_failed`.
    func checkedSignature(for message: [UInt8]) async throws -> [UInt8] {
        let signature = try await sign(message)
        guard verifyingKey.isValid(signature: signature, for: message) else {
            throw JWTError(
                .signingFailed,
                expected: "a signature of \(algorithm) by the key \(keyID ?? "without a name")"
            )
        }
        return signature
    }
}

extension SigningKey: ExternalSigner {}

extension JWS {
    /// Signs a payload with a key that is somewhere else.
    ///
    /// - Parameters:
    ///   - payload: Any bytes; printable ASCII without a dot where it is neither encoded nor detached.
    ///   - extra: Header parameters besides `alg` and `kid`, which are the key's.
    ///   - signer: Who signs.
    ///   - options: Whether the payload is left out, and whether it is encoded.
    /// - Returns: The compact JWS.
    /// - Throws: Whatever the signer throws; `JWTError` where the header is not as it must be, or `signing_failed`
    ///   where the signature is not the key's.
    public static func sign(
        payload: some Collection<UInt8>,
        header extra: JSONObject = [:],
        signer: any ExternalSigner,
        options: Options = []
    ) async throws -> String {
        let header = try SignatureHeader(
            signing: signer.verifyingKey,
            protected: extra,
            unprotected: [:],
            options: options
        )
        let content = JWSContent(payload, options: options)
        let signature = try await signer.checkedSignature(for: header.signingInput(content.signed))
        return try content.compact(header, signature: signature)
    }

    /// Signs a payload once for each of some keys that are somewhere else; a ``SigningKey`` may be among them.
    ///
    /// - Parameters:
    ///   - payload: Any bytes; text in UTF-8 where it is neither encoded nor detached.
    ///   - signers: Who signs: one for the flattened form, 1 to 16 for the general one.
    ///   - serialization: The form to write.
    ///   - options: Whether the payload is left out, and whether it is encoded.
    /// - Returns: The JSON text.
    /// - Throws: Whatever a signer throws; `JWTError` where the signers are too many or none, or `signing_failed`
    ///   where a signature is not the key's.
    public static func sign(
        payload: some Collection<UInt8>,
        signers: [any ExternalSigner],
        as serialization: Serialization = .general,
        options: Options = []
    ) async throws -> String {
        try require(signerCount: signers.count)
        let content = JWSContent(payload, options: options)
        var signatures: [(SignatureHeader, [UInt8])] = []
        for signer in signers {
            let header = try SignatureHeader(
                signing: signer.verifyingKey,
                protected: [:],
                unprotected: [:],
                options: options
            )
            let signature = try await signer.checkedSignature(for: header.signingInput(content.signed))
            signatures.append((header, signature))
        }
        return try content.json(signatures, as: serialization)
    }
}
