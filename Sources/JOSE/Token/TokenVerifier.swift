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
    /// The rules.
    public let profile: TokenProfile
    /// The keys.
    public let keys: KeySet
    private let clock: EpochClock
    private let rules: ClaimRules
    private let knownHeaders: KnownHeaders

    /// Makes a verifier.
    public init(_ profile: TokenProfile, keys: KeySet, clock: EpochClock = .system) {
        self.init(profile: profile, keys: keys, clock: clock, rules: ClaimRules(profile))
    }

    /// The same rules and clock with other keys.
    public func with(keys: KeySet) -> TokenVerifier {
        TokenVerifier(profile: profile, keys: keys, clock: clock, rules: rules)
    }

    private init(profile: TokenProfile, keys: KeySet, clock: EpochClock, rules: ClaimRules) {
        self.profile = profile
        self.keys = keys
        self.clock = clock
        self.rules = rules
        knownHeaders = KnownHeaders(keys: keys, profile: profile)
    }

    /// Checks all but the signature of a token that these very keys have verified before.
    ///
    /// For caches of this package only: who calls it must have compared the whole token and the keys.
    ///
    /// - Parameter token: The token as it came out of `verify`.
    /// - Throws: `JWTError` with the reason.
    package func recheck(_ token: VerifiedToken) throws(JWTError) {
        if let fault = rules.fault(ofType: token.header.type) { throw fault }
        try token.payload.withUnsafeBufferPointer { (payload) throws(JWTError) in
            try rules.require(token.registered, in: payload, now: clock.now)
        }
    }

    /// Verifies a token.
    ///
    /// - Parameter token: The compact token.
    /// - Returns: What it says.
    /// - Throws: `JWTError` with the reason.
    public func verify(_ token: String) throws(JWTError) -> VerifiedToken {
        try withBytes(of: token) { (bytes) throws(JWTError) in try verify(buffer: bytes) }
    }

    /// Verifies a token given as bytes.
    ///
    /// - Parameter token: The compact token.
    /// - Returns: What it says.
    /// - Throws: `JWTError` with the reason.
    public func verify(_ token: some Collection<UInt8>) throws(JWTError) -> VerifiedToken {
        try withBytes(of: token) { (bytes) throws(JWTError) in try verify(buffer: bytes) }
    }

    /// Verifies a token given as an array of bytes.
    ///
    /// - Parameter token: The compact token.
    /// - Returns: What it says.
    /// - Throws: `JWTError` with the reason.
    public func verify(_ token: [UInt8]) throws(JWTError) -> VerifiedToken {
        // Not by way of the generic method, which another module calls through witness tables.
        try token.withUnsafeBufferPointer { (bytes) throws(JWTError) in try verify(buffer: bytes) }
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
        do {
            return VerifiedClaims(token: verified, claims: try verified.decode(type))
        } catch DecodingError.keyNotFound(let key, let context) {
            throw JWTError(.claimMissing, claim: (context.codingPath.first ?? key).stringValue)
        } catch DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context),
            DecodingError.dataCorrupted(let context)
        {
            throw JWTError(.claimInvalid, claim: context.codingPath.first?.stringValue)
        } catch {
            throw JWTError(.claimInvalid)
        }
    }

    private func verify(buffer token: UnsafeBufferPointer<UInt8>) throws(JWTError) -> VerifiedToken {
        guard token.count <= profile.maximumTokenSize else {
            throw JWTError(
                .tooLarge,
                expected: "at most \(profile.maximumTokenSize) bytes",
                received: "\(token.count) bytes"
            )
        }
        return try withUnsafeTemporaryAllocation(of: JSONScanner.Text.self, capacity: 32) {
            (scratch) throws(JWTError) in
            if let known = knownHeaders.entry(of: token) {
                guard let parts = CompactJWS(token, firstDot: known.text.count), let payload = parts.payload(in: token)
                else { throw JWTError(.malformed) }
                try parts.requireSignature(of: known.verifier, in: token)
                return try finish(known.header, payload, scratch)
            }
            guard let parts = CompactJWS(token), let raw = parts.header(in: token),
                let payload = parts.payload(in: token)
            else { throw JWTError(.malformed) }
            let (key, header, fault) = try select(raw, scratch)
            try parts.requireSignature(of: key.verifier, in: token)
            if let fault { throw fault }
            return try finish(header, payload, scratch)
        }
    }

    /// Reads a header and finds the key it names; a `typ` at fault is for after the signature.
    private func select(
        _ raw: [UInt8],
        _ scratch: UnsafeMutableBufferPointer<JSONScanner.Text>
    ) throws(JWTError) -> (VerifyingKey, TokenHeader, JWTError?) {
        try raw.withUnsafeBufferPointer { (bytes) throws(JWTError) in
            var scanner = try JWSHeader.scanner(bytes, scratch: scratch)
            let parameters = try JWSHeader(&scanner)
            let key = try keys.key(for: parameters, in: scanner, allowed: profile.allowedAlgorithms)
            let type = parameters.type.map(scanner.string)
            let keyID = parameters.keyID == nil ? nil : key.keyID
            let header = TokenHeader(algorithm: key.algorithm, keyID: keyID, type: type, bytes: raw)
            return (key, header, rules.fault(ofType: type))
        }
    }

    /// Reads and checks the claims, the signature being right.
    @inline(__always)
    private func finish(
        _ header: TokenHeader,
        _ payload: [UInt8],
        _ scratch: UnsafeMutableBufferPointer<JSONScanner.Text>
    ) throws(JWTError) -> VerifiedToken {
        let claims = try payload.withUnsafeBufferPointer { (bytes) throws(JWTError) in
            let claims = try RegisteredClaims(bytes, scratch: scratch)
            try rules.require(claims, in: bytes, now: clock.now)
            return claims
        }
        return VerifiedToken(header: header, payload: payload, registered: claims)
    }
}
