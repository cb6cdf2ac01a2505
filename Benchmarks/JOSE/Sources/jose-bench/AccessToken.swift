import JOSE
import JWTKit

/// An access token's claims, for both libraries.
struct AccessToken: Codable, JWTPayload {
    var iss: IssuerClaim
    var sub: SubjectClaim
    var aud: AudienceClaim
    var exp: ExpirationClaim
    var iat: IssuedAtClaim
    var jti: IDClaim
    var clientID: String
    var scope: String

    enum CodingKeys: String, CodingKey {
        case iss, sub, aud, exp, iat, jti, scope
        case clientID = "client_id"
    }

    func verify(using algorithm: some JWTAlgorithm) throws {
        try exp.verifyNotExpired()
        try aud.verifyIntendedAudience(includes: "https://orders.example")
        guard iss.value == "https://id.example" else {
            throw JWTKit.JWTError.claimVerificationFailure(failedClaim: iss, reason: "")
        }
    }
}

/// The same claims as this library decodes them, every one.
struct PlainAccessToken: Codable, Sendable {
    var iss: String
    var sub: String
    var aud: String
    var exp: Int64
    var iat: Int64
    var jti: String
    var clientID: String
    var scope: String

    enum CodingKeys: String, CodingKey {
        case iss, sub, aud, exp, iat, jti, scope
        case clientID = "client_id"
    }
}
