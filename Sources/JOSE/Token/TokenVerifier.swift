/// Verifies tokens against a profile and a set of keys: signature first, then type, claims and times.
///
/// ```swift
/// let verifier = TokenVerifier(.accessToken(issuer: issuer, audience: "orders"), keys: keys)
/// let token = try verifier.verify(text)
/// token.subject
/// ```
///
/// It is a value without locks; any number of threads may share one.
public struct TokenVerifier: Sendable {
    private let storage: Storage

    /// The rules.
    public var profile: TokenProfile { storage.profile }
    /// The keys.
    public var keys: KeySet { storage.keys }
    /// What time it is.
    var clock: EpochClock { storage.clock }

    /// Makes a verifier.
    public init(_ profile: TokenProfile, keys: KeySet, clock: EpochClock = .system) {
        storage = Storage(profile: profile, keys: keys, clock: clock, rules: ClaimRules(profile))
    }

    private init(_ storage: Storage) { self.storage = storage }

    /// The same rules and clock with other keys.
    public func with(keys: KeySet) -> TokenVerifier {
        TokenVerifier(
            Storage(profile: storage.profile, keys: keys, clock: storage.clock, rules: storage.rules)
        )
    }

    /// The same verifier, but that it leaves `cnf` to its caller, who has checked the proof of possession.
    func leavingConfirmation() -> TokenVerifier {
        TokenVerifier(Storage(leavingConfirmation: storage))
    }

    /// Checks all but the signature of a token that these very keys have verified before.
    ///
    /// For caches of this package only: who calls it must have compared the whole token and the keys.
    ///
    /// - Parameter token: The token as it came out of `verify`.
    /// - Throws: `JWTError` with the reason.
    package func recheck(_ token: VerifiedToken) throws(JWTError) {
        if let fault = storage.rules.fault(ofType: token.header.type) { throw fault }
        try token.payload.withUnsafeBufferPointer { (payload) throws(JWTError) in
            try storage.rules.require(token.registered, in: payload, clock: storage.clock)
        }
    }

    /// Verifies a token.
    ///
    /// - Parameter token: The compact token.
    /// - Returns: What it says.
    /// - Throws: `JWTError` with the reason.
    public func verify(_ token: String) throws(JWTError) -> VerifiedToken {
        try storage.verified { (storage, verified) throws(JWTError) in
            try withBytes(of: token) { (bytes) throws(JWTError) in try storage.verify(bytes, into: verified) }
        }
    }

    /// Verifies a token given as bytes.
    ///
    /// - Parameter token: The compact token.
    /// - Returns: What it says.
    /// - Throws: `JWTError` with the reason.
    public func verify(_ token: some Collection<UInt8>) throws(JWTError) -> VerifiedToken {
        try storage.verified { (storage, verified) throws(JWTError) in
            try withBytes(of: token) { (bytes) throws(JWTError) in try storage.verify(bytes, into: verified) }
        }
    }

    /// Verifies a token that is part of a text, as that of a header field is.
    ///
    /// - Parameter token: The compact token.
    /// - Returns: What it says.
    /// - Throws: `JWTError` with the reason.
    public func verify(_ token: Substring) throws(JWTError) -> VerifiedToken {
        try storage.verified { (storage, verified) throws(JWTError) in
            try withBytes(of: token.utf8) { (bytes) throws(JWTError) in try storage.verify(bytes, into: verified) }
        }
    }

    /// Verifies a token given as an array of bytes.
    ///
    /// - Parameter token: The compact token.
    /// - Returns: What it says.
    /// - Throws: `JWTError` with the reason.
    public func verify(_ token: [UInt8]) throws(JWTError) -> VerifiedToken {
        // Not by way of the generic method, which another module calls through witness tables.
        try storage.verified { (storage, verified) throws(JWTError) in
            try token.withUnsafeBufferPointer { (bytes) throws(JWTError) in try storage.verify(bytes, into: verified) }
        }
    }

    /// Verifies a token and decodes its claims.
    ///
    /// - Parameters:
    ///   - token: The compact token.
    ///   - type: The type to decode; it has only the claims the app knows.
    /// - Returns: The token and its claims.
    /// - Throws: `JWTError` with the reason; `claim_invalid` or `claim_missing` where the claims do not decode.
    public func verify<Claims: Decodable & Sendable>(
        _ token: String,
        as type: Claims.Type
    ) throws(JWTError) -> VerifiedClaims<Claims> {
        let verified = try verify(token)
        return VerifiedClaims(token: verified, claims: try Self.decode(type, from: verified))
    }

    /// Decodes a verified token's claims.
    static func decode<Claims: Decodable>(
        _ type: Claims.Type,
        from verified: VerifiedToken
    ) throws(JWTError) -> Claims {
        do {
            return try verified.decode(type)
        } catch {
            throw JWTError(undecodable: verified.claims, error)
        }
    }
}

extension TokenVerifier {
    /// What a verifier is made of: one object, so that handing it around counts one reference and not each rule's.
    private final class Storage: Sendable {
        let profile: TokenProfile
        let keys: KeySet
        let clock: EpochClock
        let rules: ClaimRules
        private let knownHeaders: KnownHeaders

        init(profile: TokenProfile, keys: KeySet, clock: EpochClock, rules: ClaimRules) {
            self.profile = profile
            self.keys = keys
            self.clock = clock
            self.rules = rules
            knownHeaders = KnownHeaders(keys: keys, profile: profile)
        }

        init(leavingConfirmation other: Storage) {
            profile = other.profile
            keys = other.keys
            clock = other.clock
            var rules = other.rules
            rules.allowsConfirmation = true
            self.rules = rules
            knownHeaders = other.knownHeaders
        }

        /// What `body` puts into its second argument, memory for one token, unless it throws.
        ///
        /// A token is made where it ends up: as the result of one closure in another it would be copied by each.
        @inline(__always)
        func verified(
            _ body: (borrowing Storage, UnsafeMutableBufferPointer<VerifiedToken>) throws(JWTError) -> Void
        ) throws(JWTError) -> VerifiedToken {
            try withUnsafeTemporaryAllocation(of: VerifiedToken.self, capacity: 1) { (memory) throws(JWTError) in
                try body(self, memory)
                return memory.moveElement(from: 0)
            }
        }

        func verify(
            _ token: UnsafeBufferPointer<UInt8>,
            into verified: UnsafeMutableBufferPointer<VerifiedToken>
        ) throws(JWTError) {
            guard token.count <= profile.maximumTokenSize else { throw tooLarge(token.count) }
            let known = knownHeaders.index(of: token).map { knownHeaders.entries[$0] }
            let dot = known?.text.count ?? token.firstIndex(of: UInt8(ascii: "."), from: 0)
            guard let dot, let parts = CompactJWS(token, firstDot: dot, signatureCount: known?.signatureCount) else {
                throw JWTError(.malformed)
            }
            // A token that is refused leaves nothing behind: its parts are decoded on the stack, and kept once all is right.
            try withUnsafeTemporaryAllocation(of: JSONScanner.Text.self, capacity: 32) { (scratch) throws(JWTError) in
                try withUnsafeTemporaryAllocation(of: UInt8.self, capacity: token.count) { (memory) throws(JWTError) in
                    if let known {
                        try verify(token, parts, known, memory, scratch, into: verified)
                    } else {
                        try verify(token, parts, memory, scratch, into: verified)
                    }
                }
            }
        }

        private func tooLarge(_ count: Int) -> JWTError {
            JWTError(.tooLarge, expected: "at most \(profile.maximumTokenSize) bytes", received: "\(count) bytes")
        }

        /// Verifies a token whose header is one of our own.
        private func verify(
            _ token: UnsafeBufferPointer<UInt8>,
            _ parts: CompactJWS,
            _ known: KnownHeaders.Entry,
            _ memory: UnsafeMutableBufferPointer<UInt8>,
            _ scratch: UnsafeMutableBufferPointer<JSONScanner.Text>,
            into verified: UnsafeMutableBufferPointer<VerifiedToken>
        ) throws(JWTError) {
            var memory = memory
            guard let payload = Base64URL.decode(parts.payloadText(in: token), taking: &memory),
                let signature = Base64URL.decode(parts.signature(in: token), taking: &memory)
            else { throw JWTError(.malformed) }
            guard known.verifier.isValid(signature, for: parts.signingInput(in: token)) else {
                throw JWTError(.signatureInvalid)
            }
            let claims = try claims(payload, scratch)
            verified.initializeElement(
                at: 0,
                to: VerifiedToken(header: known.header, payload: Array(payload), registered: claims)
            )
        }

        /// Verifies a token whose header is spelt as it likes; a `typ` at fault is told after the signature.
        private func verify(
            _ token: UnsafeBufferPointer<UInt8>,
            _ parts: CompactJWS,
            _ memory: UnsafeMutableBufferPointer<UInt8>,
            _ scratch: UnsafeMutableBufferPointer<JSONScanner.Text>,
            into verified: UnsafeMutableBufferPointer<VerifiedToken>
        ) throws(JWTError) {
            var memory = memory
            guard let header = Base64URL.decode(parts.headerText(in: token), taking: &memory),
                let payload = Base64URL.decode(parts.payloadText(in: token), taking: &memory)
            else { throw JWTError(.malformed) }
            var scanner = try JWSHeader.scanner(header, scratch: scratch)
            let parameters = try JWSHeader(&scanner)
            let key = try keys.key(for: parameters, in: scanner, allowed: profile.allowedAlgorithms)
            guard let signature = Base64URL.decode(parts.signature(in: token), taking: &memory) else {
                throw JWTError(.malformed)
            }
            guard key.verifier.isValid(signature, for: parts.signingInput(in: token)) else {
                throw JWTError(.signatureInvalid)
            }
            let type = parameters.type.map(scanner.string)
            if let fault = rules.fault(ofType: type) { throw fault }
            let claims = try claims(payload, scratch)
            let keyID = parameters.keyID == nil ? nil : key.keyID
            verified.initializeElement(
                at: 0,
                to: VerifiedToken(
                    header: TokenHeader(algorithm: key.algorithm, keyID: keyID, type: type, bytes: Array(header)),
                    payload: Array(payload),
                    registered: claims
                )
            )
        }

        /// Reads and checks the claims, the signature being right.
        @inline(__always)
        private func claims(
            _ payload: UnsafeBufferPointer<UInt8>,
            _ scratch: UnsafeMutableBufferPointer<JSONScanner.Text>
        ) throws(JWTError) -> RegisteredClaims {
            let claims = try RegisteredClaims(payload, scratch: scratch)
            try rules.require(claims, in: payload, clock: clock)
            return claims
        }
    }
}
