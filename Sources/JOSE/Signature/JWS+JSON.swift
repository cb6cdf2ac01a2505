extension JWS {
    /// A JSON serialisation of a JWS (RFC 7515 §7.2).
    public enum Serialization: Sendable, Hashable {
        /// One object with one signature.
        case flattened
        /// One object with a list of signatures.
        case general
    }

    /// One signature to be made: the key, and what its header says besides `alg` and `kid`.
    public struct Signer: Sendable {
        let key: SigningKey
        let protected: JSONObject
        let unprotected: JSONObject

        /// Makes a signer.
        ///
        /// - Parameters:
        ///   - key: The key that signs. Its `alg` and `kid` are protected, unless `unprotected` has them.
        ///   - protected: Header parameters that are signed.
        ///   - unprotected: Header parameters that are not signed, so that anybody can change them.
        public init(_ key: SigningKey, protected: JSONObject = [:], unprotected: JSONObject = [:]) {
            self.key = key
            self.protected = protected
            self.unprotected = unprotected
        }
    }

    /// A payload with the signatures that hold.
    public struct VerifiedJSON: Sendable {
        /// The payload's bytes.
        public let payload: [UInt8]
        /// The signatures that hold, in order; one at least.
        public let signatures: [VerifiedSignature]
    }

    /// A signature that holds.
    public struct VerifiedSignature: Sendable {
        /// The header parameters that were signed.
        public let protectedHeader: JSONObject
        /// The header parameters that nobody signed: never decide by them.
        public let unprotectedHeader: JSONObject
        /// The algorithm of the key that verified.
        public let algorithm: SignatureAlgorithm
        /// The name of the key that verified, as the key set has it.
        public let keyID: String?
    }

    /// Signs a payload once for each signer.
    ///
    /// ```swift
    /// let text = try JWS.sign(payload: bytes, signers: [JWS.Signer(old), JWS.Signer(new)])
    /// let verified = try JWS.verify(json: text, keys: keys, policy: .named(["old", "new"]))
    /// ```
    ///
    /// - Parameters:
    ///   - payload: Any bytes; text in UTF-8 where it is neither encoded nor detached.
    ///   - signers: Who signs: one for the flattened form, 1 to 16 for the general one.
    ///   - serialization: The form to write.
    ///   - options: Whether the payload is left out, and whether it is encoded.
    /// - Returns: The JSON text.
    /// - Throws: `JWTError` where signers or headers are not as they must be, or signing fails.
    public static func sign(
        payload: some Collection<UInt8>,
        signers: [Signer],
        as serialization: Serialization = .general,
        options: Options = []
    ) throws(JWTError) -> String {
        try require(signerCount: signers.count)
        let content = JWSContent(payload, options: options)
        var signatures: [(SignatureHeader, [UInt8])] = []
        for signer in signers {
            let header = try SignatureHeader(
                signing: signer.key.verifyingKey,
                protected: signer.protected,
                unprotected: signer.unprotected,
                options: options
            )
            signatures.append((header, try signer.key.sign(header.signingInput(content.signed))))
        }
        return try content.json(signatures, as: serialization)
    }

    static func require(signerCount count: Int) throws(JWTError) {
        guard count > 0 else { throw JWTError(.malformed, expected: "a signer") }
        guard count <= JSONJWS.maximumSignatures else {
            throw JWTError(.tooLarge, expected: "at most \(JSONJWS.maximumSignatures) signers")
        }
    }

    /// Verifies a JWS in a JSON form, flattened or general.
    ///
    /// A header that is wrong in itself refuses the whole text, whatever the policy.
    ///
    /// - Parameters:
    ///   - text: The JSON text in UTF-8.
    ///   - keys: The keys to choose from, by `kid` and algorithm.
    ///   - policy: Which signatures must hold.
    ///   - maximumSize: How many bytes the text may have.
    /// - Returns: The payload and the signatures that hold.
    /// - Throws: `JWTError` where it is malformed, or the policy is not met.
    public static func verify(
        json text: some Collection<UInt8>,
        keys: KeySet,
        policy: SignaturePolicy = .all,
        maximumSize: Int = 1 << 20
    ) throws(JWTError) -> VerifiedJSON {
        let message = try withBytes(of: text) { (text) throws(JWTError) in
            try JSONJWS(text, maximumSize: maximumSize)
        }
        guard let signed = message.payload else {
            throw JWTError(.malformed, expected: "a payload, or detached content")
        }
        guard let payload = message.isEncoded ? Base64URL.decode(signed) : signed else { throw JWTError(.malformed) }
        return try message.verified(payload, signed: signed, keys: keys, policy: policy)
    }

    /// Verifies a JWS in a JSON form, flattened or general.
    ///
    /// A header that is wrong in itself refuses the whole text, whatever the policy.
    ///
    /// - Parameters:
    ///   - text: The JSON text.
    ///   - keys: The keys to choose from, by `kid` and algorithm.
    ///   - policy: Which signatures must hold.
    ///   - maximumSize: How many bytes the text may have.
    /// - Returns: The payload and the signatures that hold.
    /// - Throws: `JWTError` where it is malformed, or the policy is not met.
    public static func verify(
        json text: String,
        keys: KeySet,
        policy: SignaturePolicy = .all,
        maximumSize: Int = 1 << 20
    ) throws(JWTError) -> VerifiedJSON {
        try verify(json: text.utf8, keys: keys, policy: policy, maximumSize: maximumSize)
    }

    /// Verifies a JWS in a JSON form whose payload came apart from it (RFC 7515 appendix F).
    ///
    /// - Parameters:
    ///   - text: The JSON text, without a payload.
    ///   - content: The payload's bytes.
    ///   - keys: The keys to choose from, by `kid` and algorithm.
    ///   - policy: Which signatures must hold.
    ///   - maximumSize: How many bytes the text may have, and the content.
    /// - Returns: The payload and the signatures that hold.
    /// - Throws: `JWTError` where it is malformed or has a payload, or the policy is not met.
    public static func verify(
        json text: String,
        detached content: some Collection<UInt8>,
        keys: KeySet,
        policy: SignaturePolicy = .all,
        maximumSize: Int = 1 << 20
    ) throws(JWTError) -> VerifiedJSON {
        guard content.count <= maximumSize else { throw JWTError(.tooLarge, expected: "at most \(maximumSize) bytes") }
        let message = try withBytes(of: text) { (text) throws(JWTError) in
            try JSONJWS(text, maximumSize: maximumSize)
        }
        guard message.payload == nil else {
            throw JWTError(.malformed, expected: "no payload: the content is detached")
        }
        let signed = JWSContent(content, options: message.isEncoded ? [] : .unencoded).signed
        return try message.verified(Array(content), signed: signed, keys: keys, policy: policy)
    }
}

extension JSONJWS {
    /// Checks the signatures against a policy.
    fileprivate func verified(
        _ payload: [UInt8],
        signed: [UInt8],
        keys: KeySet,
        policy: SignaturePolicy
    ) throws(JWTError) -> JWS.VerifiedJSON {
        var verified: [JWS.VerifiedSignature] = []
        var faults: [JWTError] = []
        for signature in signatures {
            do throws(JWTError) {
                verified.append(try signature.verified(signed, keys: keys))
            } catch {
                faults.append(error)
            }
        }
        try policy.require(verified, faults: faults)
        return JWS.VerifiedJSON(payload: payload, signatures: verified)
    }
}
