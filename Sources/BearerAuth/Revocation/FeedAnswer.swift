internal import JOSE

/// An answer of a revocation feed that is the issuer's own and of now.
struct FeedAnswer: Sendable {
    /// Where the feed stands.
    let cursor: String
    /// The cursor that a difference begins at; nil for a snapshot, which replaces all that was known.
    let after: String?
    /// When nothing in it is needed any more, in seconds since 1970.
    let keepUntil: Int64
    let revoked: RevokedTokens

    /// How many bytes an answer may have: some million entries.
    static let maximumSize = 48 << 20
    /// The most entries that are kept.
    static let maximumEntries = 2_000_000
    /// How far the clocks may differ.
    private static let leeway: Int64 = 30
    private static let limits = JSONLimits(depth: 8, members: 64, bytes: maximumSize)

    /// Verifies an answer.
    ///
    /// - Parameters:
    ///   - body: The compact JWS.
    ///   - keys: The issuer's keys.
    ///   - accepts: Whether the issuer it names is the one.
    ///   - asked: The cursor that was asked with.
    ///   - now: What time it is, in seconds since 1970.
    /// - Throws: `JWTError` with what is wrong with it.
    init(
        _ body: [UInt8],
        keys: KeySet,
        issuer accepts: (String) -> Bool,
        asked: String?,
        now: Int64
    ) throws(JWTError) {
        let signed = try JWS.verify(String(decoding: body, as: UTF8.self), keys: keys, maximumSize: Self.maximumSize)
        let type = signed.header["typ"]?.stringValue
        guard let type, Self.isFeed(type.lowercased()) else {
            throw JWTError(.typeMismatch, expected: "revocations+jwt", received: type)
        }
        let claims: JSONObject
        do throws(JSONError) {
            claims = try JSONObject(parsing: signed.payload, limits: Self.limits)
        } catch {
            throw JWTError(.malformed)
        }
        guard let issuer = claims["iss"]?.stringValue, accepts(issuer) else {
            throw JWTError(.issuerMismatch, claim: "iss", received: claims["iss"]?.stringValue)
        }
        let issuedAt = try Self.time("iat", claims)
        let expiresAt = try Self.time("exp", claims)
        keepUntil = try Self.time("keep_until", claims)
        guard now < expiresAt + Self.leeway else {
            throw JWTError(.expired, claim: "exp", expected: "after \(now)", received: "\(expiresAt)")
        }
        guard issuedAt <= now + Self.leeway else {
            throw JWTError(.issuedInFuture, claim: "iat", expected: "\(now) or before", received: "\(issuedAt)")
        }
        guard let cursor = claims["cursor"]?.stringValue, Self.isCursor(cursor) else {
            throw JWTError(.claimInvalid, claim: "cursor")
        }
        self.cursor = cursor
        guard let complete = claims["complete"]?.boolValue else { throw JWTError(.claimInvalid, claim: "complete") }
        if complete {
            after = nil
        } else {
            // A difference from elsewhere would leave a gap.
            guard let asked, let after = claims["after"]?.stringValue, after.utf8.elementsEqual(asked.utf8) else {
                throw JWTError(.claimInvalid, claim: "after", expected: asked)
            }
            self.after = after
        }
        guard let revoked = RevokedTokens(claims) else { throw JWTError(.claimInvalid, claim: "sids") }
        guard revoked.count <= Self.maximumEntries else { throw JWTError(.tooLarge) }
        self.revoked = revoked
    }

    private static func isFeed(_ type: String) -> Bool {
        type.utf8.elementsEqual("revocations+jwt".utf8) || type.utf8.elementsEqual("application/revocations+jwt".utf8)
    }

    /// 1 to 128 characters of base64url, so that it can stand in a query as it is.
    private static func isCursor(_ text: String) -> Bool {
        (1...128).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }

    /// A time from 1970 to the end of year 9999, so that no sum with it overflows.
    private static func time(_ name: String, _ claims: JSONObject) throws(JWTError) -> Int64 {
        guard let time = claims[name]?.int64Value, (0...253_402_300_799).contains(time) else {
            throw JWTError(.claimInvalid, claim: name)
        }
        return time
    }
}
