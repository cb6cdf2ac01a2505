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

    /// Makes a verifier.
    public init(_ profile: TokenProfile, keys: KeySet, clock: EpochClock = .system) {
        self.profile = profile
        self.keys = keys
        self.clock = clock
        rules = ClaimRules(profile)
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
    }

    /// Checks all but the signature of a token that these very keys have verified before.
    ///
    /// For caches of this package only: who calls it must have compared the whole token and the keys.
    ///
    /// - Parameter token: The token as it came out of `verify`.
    /// - Throws: `JWTError` with the reason.
    package func recheck(_ token: VerifiedToken) throws(JWTError) {
        try rules.require(type: token.header.type)
        try token.payload.withUnsafeBufferPointer { payload in
            Result { () throws(JWTError) in try rules.require(token.registered, in: payload, now: clock.now) }
        }.get()
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
        guard let parts = CompactJWS(token) else { throw JWTError(.malformed) }
        return try withUnsafeTemporaryAllocation(of: JSONScanner.Text.self, capacity: 32) {
            (scratch) throws(JWTError) in
            try parts.bytes.withUnsafeBufferPointer { (bytes) throws(JWTError) in
                try verify(parts, bytes, of: token, scratch: scratch)
            }
        }
    }

    @inline(__always)
    private func verify(
        _ parts: CompactJWS,
        _ bytes: UnsafeBufferPointer<UInt8>,
        of token: UnsafeBufferPointer<UInt8>,
        scratch: UnsafeMutableBufferPointer<JSONScanner.Text>
    ) throws(JWTError) -> VerifiedToken {
        var scanner: JSONScanner
        do throws(JSONError) {
            scanner = try JSONScanner(
                bytes.slice(0..<parts.headerCount),
                limits: JWSHeader.limits,
                scratch: scratch
            )
        } catch {
            throw JWTError(error)
        }
        let header = try JWSHeader(&scanner)
        let key = try keys.key(for: header, in: scanner, allowed: profile.allowedAlgorithms)
        try parts.requireSignature(of: key.verifier, in: token)
        let type = try rules.requireType(at: header.type, in: scanner)
        let payload = bytes.slice(parts.headerCount..<bytes.count)
        let claims = try RegisteredClaims(payload, scratch: scratch)
        try rules.require(claims, in: payload, now: clock.now)
        let verified = TokenHeader(
            algorithm: key.algorithm,
            keyID: header.keyID == nil ? nil : key.keyID,
            type: type
        )
        return VerifiedToken(header: verified, parts: parts, registered: claims)
    }
}
