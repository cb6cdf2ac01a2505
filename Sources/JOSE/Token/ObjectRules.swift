/// The rules of a profile about claims that ``RegisteredClaims`` does not note in its one pass.
///
/// Most profiles have none, and their tokens are not parsed a second time.
struct ObjectRules: Sendable {
    private let names: [String]
    private let alternatives: [String]
    private let forbidden: [String]
    private let event: String?
    private let authorizedParty: String?
    private let issuer: IssuerRule?

    /// Nil where the profile asks for nothing of the kind; `names` are required and not registered.
    init?(_ profile: TokenProfile, names: [String]) {
        self.names = names
        alternatives = profile.alternativeClaims
        forbidden = profile.forbiddenClaims
        event = profile.event
        authorizedParty = profile.authorizedParty
        if case .exact? = profile.issuer?.kind { issuer = nil } else { issuer = profile.issuer }
        let asksNothing =
            names.isEmpty && alternatives.isEmpty && forbidden.isEmpty && event == nil && authorizedParty == nil
            && issuer == nil
        if asksNothing { return nil }
    }

    /// Checks the claims of a payload that was read strictly before.
    func require(in payload: UnsafeBufferPointer<UInt8>) throws(JWTError) {
        let claims: JSONObject
        do throws(JSONError) {
            claims = try JSONObject(parsing: payload, limits: .default)
        } catch {
            throw JWTError(error)
        }
        for name in names where claims[name] == nil { throw JWTError(.claimMissing, claim: name) }
        try issuer?.require(in: claims)
        try requireAuthorizedParty(claims)
        for name in forbidden {
            if let value = claims[name] {
                throw JWTError(.claimInvalid, claim: name, expected: "absent", received: value.kind)
            }
        }
        if let first = alternatives.first, !alternatives.contains(where: { claims[$0] != nil }) {
            throw JWTError(.claimMissing, claim: first, expected: alternatives.joined(separator: " or "))
        }
        try requireEvent(claims)
    }

    /// The client must be the authorized party where one is named, and one must be named where the token is for
    /// several audiences (OpenID Connect Core 1.0 §2 and §3.1.3.7).
    private func requireAuthorizedParty(_ claims: JSONObject) throws(JWTError) {
        guard let authorizedParty else { return }
        guard let party = claims["azp"] else {
            guard claims["aud"]?.arrayValue?.count ?? 1 <= 1 else {
                throw JWTError(.claimMissing, claim: "azp", expected: authorizedParty)
            }
            return
        }
        guard let name = party.stringValue, name.hasSameBytes(as: authorizedParty) else {
            let received = party.stringValue ?? party.kind
            throw JWTError(.claimInvalid, claim: "azp", expected: authorizedParty, received: received)
        }
    }

    /// `events` must be an object in which the event's URI names an object (RFC 8417 §2.2).
    private func requireEvent(_ claims: JSONObject) throws(JWTError) {
        guard let event else { return }
        guard let events = claims["events"] else { throw JWTError(.claimMissing, claim: "events", expected: event) }
        guard events[event]?.objectValue != nil else {
            let received = events.objectValue.map { $0.names.joined(separator: " ") } ?? events.kind
            throw JWTError(.claimInvalid, claim: "events", expected: event, received: received)
        }
    }
}
