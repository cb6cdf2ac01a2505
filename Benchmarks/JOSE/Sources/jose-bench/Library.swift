import JOSE

/// This library.
struct Library: Subject {
    let fixture: Fixture

    func operation(_ name: String, _ algorithm: String) throws -> Operation? {
        if let encryption = fixture.encryptions[algorithm] {
            return try encryption.operation(name, fixture.object.serialized())
        }
        guard let key = try fixture.key(algorithm), let token = fixture.algorithms[algorithm]?.token else { return nil }
        switch name {
        case "sign":
            let signer = fixture.signer(key)
            let claims = fixture.object
            return .plain { _ = try signer.sign(claims) }
        case "sign-subject":
            let signer = fixture.signer(key)
            return .plain { _ = try signer.sign(subject: "mF9c3vO1kq2VZr0yT8sXaw") }
        case "verify":
            let verifier = TokenVerifier(fixture.profile, keys: [key.verifyingKey])
            return .plain { _ = try verifier.verify(token) }
        case "verify-decode":
            let verifier = TokenVerifier(fixture.profile, keys: [key.verifyingKey])
            return .plain { _ = try verifier.verify(token, as: AccessToken.self) }
        default:
            return nil
        }
    }
}

/// The claims as an app decodes them, every one.
struct AccessToken: Codable, Sendable {
    var iss: String
    var sub: String
    var aud: String
    var exp: Int64
    var iat: Int64
    var jti: String
    var clientID: String

    enum CodingKeys: String, CodingKey {
        case iss, sub, aud, exp, iat, jti
        case clientID = "client_id"
    }
}
