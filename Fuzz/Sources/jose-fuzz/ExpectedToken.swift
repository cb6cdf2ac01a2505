import JOSE

/// What a token signed by the HMAC key must come to, read in the plainest way from its parsed parts.
struct ExpectedToken {
    let header: JSONObject
    let claims: JSONObject

    /// Takes a token apart; nil where its form, its header or the registered claims' types are wrong.
    init?(_ token: String) {
        guard let (header, payload) = Self.parts(token), Self.isRight(header),
            let claims = try? JSONObject(parsing: payload)
        else { return nil }
        for name in ["iss", "sub", "jti", "sid", "client_id"] where claims[name] != nil {
            guard claims[name]?.stringValue != nil else { return nil }
        }
        for name in ["aud", "scope", "scp"] where claims[name] != nil {
            guard claims[name]?.stringValue != nil || claims[name]?.stringsValue?.count ?? .max <= 256 else {
                return nil
            }
        }
        for name in ["exp", "nbf", "iat"] where claims[name] != nil {
            guard Self.time(claims[name]) != nil else { return nil }
        }
        self.header = header
        self.claims = claims
    }

    /// Whether a JWS of this text passes, whatever its payload is; it may have one that is not encoded (RFC 7797).
    static func isJWS(_ token: String) -> Bool {
        let parts = token.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3, let header = header(Array(parts[0])), isNamed(header),
            ReferenceBase64URL.decode(Array(parts[2])) != nil
        else { return false }
        let isEncoded = header["b64"] ?? true
        guard header["crit"] == nil ? isEncoded == true : header["crit"] == ["b64"] && header["b64"]?.boolValue != nil
        else { return false }
        if isEncoded == true { return ReferenceBase64URL.decode(Array(parts[1])) != nil }
        return parts[1].allSatisfy { (0x20...0x7E).contains($0) }
    }

    private static func parts(_ token: String) -> (JSONObject, [UInt8])? {
        let parts = token.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3, let header = header(Array(parts[0])),
            let payload = ReferenceBase64URL.decode(Array(parts[1])), ReferenceBase64URL.decode(Array(parts[2])) != nil
        else { return nil }
        return (header, payload)
    }

    private static func header(_ text: [UInt8]) -> JSONObject? {
        ReferenceBase64URL.decode(text).flatMap { try? JSONObject(parsing: $0, limits: .header) }
    }

    private static func isRight(_ header: JSONObject) -> Bool {
        isNamed(header) && header["crit"] == nil && header["b64"] ?? true == true
    }

    /// Whether a header names the HMAC key, or nothing that tells it from another.
    private static func isNamed(_ header: JSONObject) -> Bool {
        guard header["alg"] == "HS256", header["kid"] ?? "k1" == "k1" else { return false }
        return header["typ"] == nil || header["typ"]?.stringValue != nil
    }

    /// The whole second that a NumericDate names; nil for what is none.
    private static func time(_ value: JSONValue?) -> Int64? {
        guard case .number(let number) = value, !number.description.hasPrefix("-"), let seconds = number.double,
            seconds < 253_402_300_800
        else { return nil }
        return Int64(seconds)
    }

    /// Whether the claims meet a profile at the time of ``FuzzKeys/now``.
    func passes(_ profile: TokenProfile) -> Bool {
        let now = FuzzKeys.now
        let leeway = profile.leeway.components.seconds
        if claims["cnf"] != nil { return false }
        if let time = Self.time(claims["exp"]), now >= time + leeway { return false }
        for name in ["nbf", "iat"] {
            if let time = Self.time(claims[name]), now < time - leeway { return false }
        }
        for name in profile.requiredClaims where claims[name] == nil { return false }
        if let type = profile.type {
            // The one type here is `at+jwt`, which may stand behind `application/` and in any letters.
            guard let own = header["typ"]?.stringValue, own.utf8.allSatisfy({ $0 < 0x80 }) else { return false }
            guard own.lowercased() == type || own.lowercased() == "application/" + type else { return false }
        }
        if profile.issuer != nil, claims["iss"] != .string(FuzzKeys.issuer) { return false }
        if !profile.audiences.isEmpty {
            let names = claims["aud"]?.stringsValue ?? claims["aud"]?.stringValue.map { [$0] } ?? []
            guard names.contains(where: { name in profile.audiences.contains { $0.bytes == name.bytes } }) else {
                return false
            }
        }
        return true
    }

    /// Compares the claims that a verified token has as properties with the parsed ones.
    func compare(with token: VerifiedToken) {
        let texts: [(String, String?)] = [
            ("iss", token.issuer), ("sub", token.subject), ("jti", token.id), ("sid", token.sessionID),
            ("client_id", token.clientID),
        ]
        for (name, text) in texts {
            require(claims[name]?.stringValue?.bytes == text?.bytes, "a text claim is the payload's")
        }
        let times = [("exp", token.expiresAt), ("nbf", token.notBefore), ("iat", token.issuedAt)]
        for (name, time) in times { require(Self.time(claims[name]) == time, "a time is the payload's") }
        let audiences = claims["aud"]?.stringsValue ?? claims["aud"]?.stringValue.map { [$0] } ?? []
        require(audiences.map(\.bytes) == token.audiences.map(\.bytes), "the audiences are the payload's")
        require(!token.scopes.contains { $0.isEmpty || $0.utf8.contains(0x20) }, "a scope has no space")
    }
}

extension JSONLimits {
    /// What a header may be.
    static let header = JSONLimits(depth: 16, members: 64, bytes: 8 << 10)
}
