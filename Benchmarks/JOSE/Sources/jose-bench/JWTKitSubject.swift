import Foundation
import JOSE
import JWTKit

/// jwt-kit, which verifies the same claims.
struct JWTKitSubject: Subject {
    let fixture: Fixture

    struct Claims: Codable, JWTPayload {
        var iss: IssuerClaim
        var sub: SubjectClaim
        var aud: AudienceClaim
        var exp: ExpirationClaim
        var iat: IssuedAtClaim
        var jti: IDClaim
        var clientID: String

        enum CodingKeys: String, CodingKey {
            case iss, sub, aud, exp, iat, jti
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

    func operation(_ name: String, _ algorithm: String) async throws -> Operation? {
        guard let entry = fixture.algorithms[algorithm] else { return nil }
        let keys = JWTKeyCollection()
        let kid: JWKIdentifier = "k"
        let pem = entry.privatePEM ?? ""
        let secret = JWTKit.HMACKey(from: Data(Base64URL.decode(entry.secret ?? "") ?? []))
        let digests: [String: DigestAlgorithm] = ["256": .sha256, "384": .sha384, "512": .sha512]
        let digest = digests[String(algorithm.suffix(3))] ?? .sha256
        switch algorithm {
        case "HS256", "HS384", "HS512": await keys.add(hmac: secret, digestAlgorithm: digest, kid: kid)
        case "RS256", "RS384", "RS512":
            await keys.add(rsa: try Insecure.RSA.PrivateKey(pem: pem), digestAlgorithm: digest, kid: kid)
        case "PS256", "PS384", "PS512":
            await keys.add(pss: try Insecure.RSA.PrivateKey(pem: pem), digestAlgorithm: digest, kid: kid)
        case "ES256": await keys.add(ecdsa: try ES256PrivateKey(pem: pem), kid: kid)
        case "ES384": await keys.add(ecdsa: try ES384PrivateKey(pem: pem), kid: kid)
        case "ES512": await keys.add(ecdsa: try ES512PrivateKey(pem: pem), kid: kid)
        case "Ed25519": await keys.add(eddsa: try EdDSA.PrivateKey(pem: pem), kid: kid)
        default: return nil
        }
        let token = entry.oldToken ?? entry.token
        let claims = try await keys.verify(token, as: Claims.self)
        switch name {
        case "sign": return .waiting { _ = try await keys.sign(claims, kid: kid) }
        case "verify": return .waiting { _ = try await keys.verify(token, as: Claims.self) }
        default: return nil
        }
    }
}
