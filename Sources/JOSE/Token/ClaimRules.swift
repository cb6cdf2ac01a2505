/// A profile made ready for the hot path.
struct ClaimRules: Sendable {
    private let profile: TokenProfile
    private let mediaType: String?
    private let leeway: Int64
    private let maximumAge: Int64?
    /// The required claims that ``RegisteredClaims`` does not know.
    private let otherClaims: [String]

    init(_ profile: TokenProfile) {
        self.profile = profile
        mediaType = profile.type.map(Self.mediaType)
        leeway = profile.leeway.components.seconds
        // An age of over 3,000 years asks nothing; the bound keeps the sums below from overflowing.
        maximumAge = profile.maximumAge.map { min(max($0.components.seconds, 0), 100_000_000_000) }
        otherClaims = profile.requiredClaims.filter { name in
            !Self.registered.contains { $0.hasSameBytes(as: name) }
        }
    }

    private static let registered = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti", "sid", "client_id"]

    /// A media type without `application/`, in lower case (RFC 7515 §4.1.9).
    private static func mediaType(_ text: String) -> String {
        let lower = text.lowercased()
        let prefix = "application/"
        guard lower.utf8.starts(with: prefix.utf8) else { return lower }
        let rest = lower.dropFirst(prefix.count)
        return rest.utf8.contains(UInt8(ascii: "/")) ? lower : String(rest)
    }

    /// Checks the header's `typ`.
    func require(type: String?) throws(JWTError) {
        guard let mediaType else { return }
        guard let type else {
            if profile.allowsMissingType { return }
            throw JWTError(.typeMismatch, expected: profile.type, received: nil)
        }
        if type.hasSameBytes(as: mediaType) { return }
        guard Self.mediaType(type).hasSameBytes(as: mediaType) else {
            throw JWTError(.typeMismatch, expected: profile.type, received: type)
        }
    }

    /// Checks the claims of a token whose signature holds.
    func require(
        _ claims: RegisteredClaims,
        in payload: UnsafeBufferPointer<UInt8>,
        now: Int64
    ) throws(JWTError) {
        try requirePresence(claims, in: payload)
        if let issuer = profile.issuer {
            guard let place = claims.issuer else { throw JWTError(.claimMissing, claim: "iss", expected: issuer) }
            guard payload.isString(place, issuer) else {
                throw JWTError(
                    .issuerMismatch,
                    claim: "iss",
                    expected: issuer,
                    received: payload.string(place)
                )
            }
        }
        if !profile.audiences.isEmpty {
            let expected = profile.audiences.joined(separator: " ")
            guard let place = claims.audience else { throw JWTError(.claimMissing, claim: "aud", expected: expected) }
            guard payload.names(place, anyOf: profile.audiences) else {
                throw JWTError(
                    .audienceMismatch,
                    claim: "aud",
                    expected: expected,
                    received: payload.slice(Int(place.start)..<Int(place.end)).text
                )
            }
        }
        try requireTimes(claims, now: now)
        if claims.hasConfirmation, !profile.allowsConfirmation {
            throw JWTError(.claimInvalid, claim: "cnf", expected: "a proof of possession")
        }
    }

    private func requirePresence(
        _ claims: RegisteredClaims,
        in payload: UnsafeBufferPointer<UInt8>
    ) throws(JWTError) {
        for name in profile.requiredClaims {
            let isPresent =
                switch name {
                case "iss": claims.issuer != nil
                case "sub": claims.subject != nil
                case "aud": claims.audience != nil
                case "exp": claims.expiresAt != nil
                case "nbf": claims.notBefore != nil
                case "iat": claims.issuedAt != nil
                case "jti": claims.id != nil
                case "sid": claims.sessionID != nil
                case "client_id": claims.clientID != nil
                default: true
                }
            guard isPresent else { throw JWTError(.claimMissing, claim: name) }
        }
        guard !otherClaims.isEmpty else { return }
        let object = try? JSONObject(parsing: payload, limits: .default)
        for name in otherClaims where object?[name] == nil { throw JWTError(.claimMissing, claim: name) }
    }

    /// Checks the times; times are bounded, so that no sum here overflows.
    private func requireTimes(_ claims: RegisteredClaims, now: Int64) throws(JWTError) {
        if let expiresAt = claims.expiresAt, now >= expiresAt + leeway {
            throw JWTError(.expired, claim: "exp", expected: "after \(now)", received: "\(expiresAt)")
        }
        if let notBefore = claims.notBefore, now < notBefore - leeway {
            throw JWTError(.notYetValid, claim: "nbf", expected: "\(now) or before", received: "\(notBefore)")
        }
        if let issuedAt = claims.issuedAt, now < issuedAt - leeway {
            throw JWTError(.issuedInFuture, claim: "iat", expected: "\(now) or before", received: "\(issuedAt)")
        }
        if let maximumAge {
            guard let issuedAt = claims.issuedAt else { throw JWTError(.claimMissing, claim: "iat") }
            guard now <= issuedAt + maximumAge + leeway else {
                throw JWTError(.expired, claim: "iat", expected: "an age of \(maximumAge) s", received: "\(issuedAt)")
            }
        }
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// The text at a place.
    fileprivate func string(_ place: RegisteredClaims.Place) -> String {
        let raw = slice(Int(place.start)..<Int(place.end))
        if place.isPlain { return raw.text }
        let text = JSONScanner.Text(start: 0, end: raw.count, isPlain: false)
        return (try? JSONScanner(raw, limits: .default))?.string(text) ?? ""
    }

    /// Whether the text at a place is this one, byte for byte.
    @inline(__always)
    fileprivate func isString(_ place: RegisteredClaims.Place, _ text: String) -> Bool {
        if place.isPlain { return slice(Int(place.start)..<Int(place.end)).equals(text) }
        return string(place).hasSameBytes(as: text)
    }

    /// Whether the string or the array of strings at a place names one of these audiences.
    fileprivate func names(_ place: RegisteredClaims.Place, anyOf audiences: [String]) -> Bool {
        let raw = slice(Int(place.start)..<Int(place.end))
        if place.isPlain {
            let text = raw.slice(1..<raw.count - 1)
            return audiences.contains { text.equals($0) }
        }
        let value = try? JSONValue(parsing: raw)
        let names = value?.stringsValue ?? value?.stringValue.map { [$0] } ?? []
        return names.contains { name in audiences.contains { $0.hasSameBytes(as: name) } }
    }
}
