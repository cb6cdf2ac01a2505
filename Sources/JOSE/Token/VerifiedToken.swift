/// A token whose signature and claims hold.
///
/// Only ``TokenVerifier`` makes one.
public struct VerifiedToken: Sendable {
    /// The header.
    public let header: TokenHeader
    /// The payload as it was signed: the claims' JSON text.
    public let payload: [UInt8]
    let registered: RegisteredClaims

    init(header: TokenHeader, payload: [UInt8], registered: RegisteredClaims) {
        self.header = header
        self.payload = payload
        self.registered = registered
    }

    /// `exp`, in seconds since 1970.
    public var expiresAt: Int64? { time(registered.expiresAt) }
    /// `nbf`, in seconds since 1970.
    public var notBefore: Int64? { time(registered.notBefore) }
    /// `iat`, in seconds since 1970.
    public var issuedAt: Int64? { time(registered.issuedAt) }
    /// `iss`: who issued the token.
    public var issuer: String? { string(registered.issuer) }
    /// `sub`: whom it is about.
    public var subject: String? { string(registered.subject) }
    /// `aud`: whom it is for.
    public var audiences: [String] { strings(registered.audience) }
    /// `jti`: the token's own name.
    public var id: String? { string(registered.id) }
    /// `sid`: the session it belongs to.
    public var sessionID: String? { string(registered.sessionID) }
    /// `client_id`: the client it was issued to.
    public var clientID: String? { string(registered.clientID) }

    /// The scopes: of `scope`, separated by spaces (RFC 8693 §4.2), or of `scp` where there is no `scope`.
    public var scopes: [String] {
        strings(registered.scope.isPresent ? registered.scope : registered.scopeList).flatMap { text in
            text.utf8.split(separator: UInt8(ascii: " ")).map { String(Substring($0)) }
        }
    }

    /// All claims.
    ///
    /// They are parsed at each call: keep the result where several are read.
    public var claims: JSONObject {
        // The payload was read strictly before; it cannot fail now.
        (try? JSONObject(parsing: payload, limits: .default)) ?? [:]
    }

    /// One claim's value; the others are passed over.
    public subscript(_ claim: String) -> JSONValue? {
        // The payload was read strictly before; it cannot fail now.
        payload.withUnsafeBufferPointer { try? JSONReader.value(of: claim, in: $0) }
    }

    /// The claims as a type of the app.
    ///
    /// - Parameter type: The type to decode; it has only the claims the app knows.
    /// - Returns: The decoded value.
    /// - Throws: `DecodingError` where a claim is missing or of another type.
    public func decode<Claims: Decodable>(_ type: Claims.Type = Claims.self) throws -> Claims {
        try JSONValue.object(claims).decode(type)
    }

    private func time(_ seconds: Int64) -> Int64? { seconds >= 0 ? seconds : nil }

    private func string(_ place: RegisteredClaims.Place) -> String? {
        guard place.isPresent else { return nil }
        return payload.withUnsafeBufferPointer { payload in
            let raw = payload.slice(place.range)
            if place.isPlain { return raw.text }
            return (try? JSONScanner(raw, limits: .default))?.string(
                JSONScanner.Text(start: 0, end: raw.count, isPlain: false)
            )
        }
    }

    private func strings(_ place: RegisteredClaims.Place) -> [String] {
        guard place.isPresent else { return [] }
        if place.isPlain {
            // One string as it stands between its quotes, which need not become a value first.
            return [payload.withUnsafeBufferPointer { $0.slice(place.start &+ 1..<place.end &- 1).text }]
        }
        let value = try? JSONValue(parsing: payload[place.range])
        return value?.stringsValue ?? value?.stringValue.map { [$0] } ?? []
    }
}

/// A verified token with its claims decoded as a type of the app.
public struct VerifiedClaims<Claims: Sendable>: Sendable {
    /// The verified token.
    public let token: VerifiedToken
    /// The decoded claims.
    public let claims: Claims
}
