/// A profile made ready for the hot path.
struct ClaimRules: Sendable {
    private let type: String?
    private let mediaType: String?
    private let allowsMissingType: Bool
    /// The one issuer; nil where the rule is another, which is in ``objectRules``.
    private let issuer: String?
    private let audiences: [String]
    /// Whether a `cnf` is left to whoever checks the proof of possession.
    var allowsConfirmation: Bool
    private let leeway: Int64
    private let maximumAge: Int64?
    private let required: RegisteredClaims.Names
    /// What needs another look at the claims; nil for most profiles.
    private let objectRules: ObjectRules?

    init(_ profile: TokenProfile) {
        type = profile.type
        allowsMissingType = profile.allowsMissingType
        mediaType = profile.type.map(Self.mediaType)
        leeway = profile.leeway.components.seconds
        // An age of over 3,000 years asks nothing; the bound keeps the sums below from overflowing.
        maximumAge = profile.maximumAge.map { min(max($0.components.seconds, 0), 100_000_000_000) }
        var required: RegisteredClaims.Names = []
        var otherClaims: [String] = []
        for name in profile.requiredClaims {
            if let known = RegisteredClaims.Names.all.first(where: { $0.0.hasSameBytes(as: name) }) {
                required.insert(known.1)
            } else {
                otherClaims.append(name)
            }
        }
        self.required = required
        objectRules = ObjectRules(profile, names: otherClaims)
        if case .exact(let name)? = profile.issuer?.kind { issuer = name } else { issuer = nil }
        audiences = profile.audiences
        allowsConfirmation = profile.allowsConfirmation
    }

    /// A media type without `application/`, its ASCII letters in lower case (RFC 7515 §4.1.9).
    ///
    /// Unicode's own lower case would make a k of a Kelvin sign.
    static func mediaType(_ text: String) -> String {
        let lower = text.utf8.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
        let prefix = Array("application/".utf8)
        guard lower.starts(with: prefix) else { return String(decoding: lower, as: UTF8.self) }
        let rest = lower.dropFirst(prefix.count)
        return String(decoding: rest.contains(UInt8(ascii: "/")) ? lower[...] : rest, as: UTF8.self)
    }

    /// What is wrong with a header's `typ`; nil where nothing is.
    func fault(ofType type: String?) -> JWTError? {
        guard let mediaType else { return nil }
        guard let type else {
            return allowsMissingType ? nil : JWTError(.typeMismatch, expected: self.type, received: nil)
        }
        if Self.mediaType(type).hasSameBytes(as: mediaType) { return nil }
        return JWTError(.typeMismatch, expected: self.type, received: type)
    }

    /// Checks the claims of a token whose signature holds.
    func require(
        _ claims: RegisteredClaims,
        in payload: UnsafeBufferPointer<UInt8>,
        clock: EpochClock
    ) throws(JWTError) {
        try requirePresence(claims)
        // What is wrong is told elsewhere: here nothing of the rules is kept, nor its references counted.
        if let issuer, !(claims.issuer.isPresent && payload.isString(claims.issuer, issuer)) {
            throw issuerFault(claims.issuer, in: payload)
        }
        if !audiences.isEmpty, !(claims.audience.isPresent && payload.names(claims.audience, anyOf: audiences)) {
            throw audienceFault(claims.audience, in: payload)
        }
        if let objectRules { try objectRules.require(in: payload) }
        try requireTimes(claims, clock)
        if claims.hasConfirmation, !allowsConfirmation {
            throw JWTError(.claimInvalid, claim: "cnf", expected: "a proof of possession")
        }
    }

    private func issuerFault(_ place: RegisteredClaims.Place, in payload: UnsafeBufferPointer<UInt8>) -> JWTError {
        guard place.isPresent else { return JWTError(.claimMissing, claim: "iss", expected: issuer) }
        return JWTError(.issuerMismatch, claim: "iss", expected: issuer, received: payload.string(place))
    }

    private func audienceFault(_ place: RegisteredClaims.Place, in payload: UnsafeBufferPointer<UInt8>) -> JWTError {
        let expected = audiences.joined(separator: " ")
        guard place.isPresent else { return JWTError(.claimMissing, claim: "aud", expected: expected) }
        let received = payload.slice(place.range).text
        return JWTError(.audienceMismatch, claim: "aud", expected: expected, received: received)
    }

    private func requirePresence(_ claims: RegisteredClaims) throws(JWTError) {
        guard claims.present.isSuperset(of: required) else {
            let missing = RegisteredClaims.Names.all.first { name, claim in
                required.contains(claim) && !claims.present.contains(claim)
            }
            throw JWTError(.claimMissing, claim: missing?.0)
        }
    }

    /// Checks the times; times are bounded, so that no sum here overflows.
    private func requireTimes(_ claims: RegisteredClaims, _ clock: EpochClock) throws(JWTError) {
        var now = clock.recent
        if max(claims.notBefore, claims.issuedAt) - leeway > now { now = clock.now }
        let expiresAt = claims.expiresAt
        if expiresAt >= 0, now >= expiresAt + leeway {
            throw JWTError(.expired, claim: "exp", expected: "after \(now)", received: "\(expiresAt)")
        }
        let notBefore = claims.notBefore
        if notBefore >= 0, now < notBefore - leeway {
            throw JWTError(.notYetValid, claim: "nbf", expected: "\(now) or before", received: "\(notBefore)")
        }
        let issuedAt = claims.issuedAt
        if issuedAt >= 0, now < issuedAt - leeway {
            throw JWTError(.issuedInFuture, claim: "iat", expected: "\(now) or before", received: "\(issuedAt)")
        }
        if let maximumAge {
            guard issuedAt >= 0 else { throw JWTError(.claimMissing, claim: "iat") }
            guard now <= issuedAt + maximumAge + leeway else {
                throw JWTError(.expired, claim: "iat", expected: "an age of \(maximumAge) s", received: "\(issuedAt)")
            }
        }
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// The text at a place.
    fileprivate func string(_ place: RegisteredClaims.Place) -> String {
        let raw = slice(place.range)
        if place.isPlain { return raw.text }
        let text = JSONScanner.Text(start: 0, end: raw.count, isPlain: false)
        return (try? JSONScanner(raw, limits: .default))?.string(text) ?? ""
    }

    /// Whether the text at a place is this one, byte for byte.
    @inline(__always)
    fileprivate func isString(_ place: RegisteredClaims.Place, _ text: String) -> Bool {
        if place.isPlain { return slice(place.range).equals(text) }
        return string(place).hasSameBytes(as: text)
    }

    /// Whether the string or the array of strings at a place names one of these audiences.
    fileprivate func names(_ place: RegisteredClaims.Place, anyOf audiences: [String]) -> Bool {
        let raw = slice(place.range)
        if place.isPlain {
            let text = raw.slice(1..<raw.count - 1)
            for audience in audiences where text.equals(audience) { return true }
            return false
        }
        let value = try? JSONValue(parsing: raw)
        let names = value?.stringsValue ?? value?.stringValue.map { [$0] } ?? []
        return names.contains { name in audiences.contains { $0.hasSameBytes(as: name) } }
    }
}
