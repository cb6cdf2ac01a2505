import Foundation
import JOSE
import Testing

/// The examples of the pages about first steps and foreign tokens.
struct FirstSteps {
    private static let issuer = "https://id.example"

    @Test func `the five lines of the first page`() throws {
        let issuer = Self.issuer
        // snippet
        let key = try SigningKey.generate(.es256)
        let signer = TokenSigner(key, issuer: issuer, audience: "orders", lifetime: .seconds(1800))
        let text = try signer.sign(subject: "u1")
        let verifier = TokenVerifier(.accessToken(issuer: issuer, audience: "orders"), keys: [key.verifyingKey])
        let token = try verifier.verify(text)
        // end
        #expect(token.subject == "u1")
    }

    @Test func `a key that is stored and published`() throws {
        // snippet
        let key = try SigningKey.generate(.es256)
        let stored = key.jwk.serialized()
        let published = KeySet([key.verifyingKey]).serialized()
        // end
        #expect(try SigningKey(jwk: JWK(parsing: stored)).keyID == key.keyID)
        #expect(try KeySet(parsing: published).keys.count == 1)
        #expect(!published.contains("\"d\""))
    }

    @Test func `a token with the app's own claims`() throws {
        // snippet
        struct Order: Codable {
            var cart: String
            var total: Int
        }
        // end
        let key = try SigningKey.generate(.es256)
        let keys: KeySet = [key.verifyingKey]
        // snippet
        let signer = TokenSigner(key, issuer: "https://id.example", audience: "orders", lifetime: .seconds(1800))
        let text = try signer.sign(subject: "u1", adding: Order(cart: "c7", total: 4200))
        // end
        func print(_ cart: String, _ subject: String) {
            #expect(cart == "c7")
            #expect(subject == "u1")
        }
        // snippet
        let verifier = TokenVerifier(.accessToken(issuer: "https://id.example", audience: "orders"), keys: keys)
        let token = try verifier.verify(text, as: Order.self)
        print(token.claims.cart, token.token.subject ?? "")
        // end
    }

    @Test func `a claim by its name, and a refusal`() throws {
        let key = try SigningKey.generate(.es256)
        let signer = TokenSigner(key, issuer: Self.issuer, audience: "orders", lifetime: .seconds(1800))
        let text = try signer.sign(subject: "u1", adding: ["tenant": "t1", "roles": ["editor"]])
        let profile = TokenProfile.accessToken(issuer: Self.issuer, audience: "orders")
        let verifier = TokenVerifier(profile, keys: [key.verifyingKey])
        try {
            // snippet
            let token = try verifier.verify(text)
            let tenant = try token.require(ClaimName<String>("tenant"))
            let roles = try token[.roles] ?? []
            // end
            #expect(tenant == "t1")
            #expect(roles == ["editor"])
        }()
        try {
            let text = try signer.sign(subject: "u1", adding: ["aud": "others"])
            var answered: String?
            var logged: String?
            func log(_ line: String) { logged = line }
            func answer(_ status: Int, _ code: String) { answered = "\(status) \(code)" }
            // snippet
            do throws(JWTError) {
                _ = try verifier.verify(text)
            } catch {
                log("token refused: \(error)")
                answer(401, error.code.rawValue)
            }
            // end
            #expect(answered == "401 audience_mismatch")
            #expect(logged?.contains("claim=aud") == true)
        }()
    }

    @Test func `algorithms narrowed, and secrets`() throws {
        // snippet
        var profile = TokenProfile.accessToken(issuer: "https://id.example", audience: "orders")
        profile.allowedAlgorithms = [.es256, .ed25519]
        // end
        let bytes = [UInt8](repeating: 7, count: 32)
        // snippet
        let secret = try SigningKey.generate(.hs256)
        let shared = try SigningKey(secret: bytes, algorithm: .hs256)
        // end
        let signer = TokenSigner(shared, issuer: Self.issuer, audience: "orders", lifetime: .seconds(60))
        let verifier = TokenVerifier(profile, keys: [shared.verifyingKey, secret.verifyingKey])
        let error = #expect(throws: JWTError.self) { try verifier.verify(signer.sign(subject: "u1")) }
        #expect(error?.code == .algorithmNotAllowed)
    }

    @Test func `Google's tokens`() throws {
        let key = try SigningKey.generate(.rs256)
        let body = JSONValue.object(["keys": [.object(key.verifyingKey.jwk.members)]]).text
        let (clientID, nonce) = ("client", "n-0S6")
        // snippet
        let keys = try KeySet(parsing: body, algorithms: [.rs256])
        // end
        let now = Int64(Date().timeIntervalSince1970)
        let text = try TokenSigner(key, issuer: "", audience: "", lifetime: .seconds(60), type: "JWT").sign([
            "iss": "accounts.google.com", "sub": "1", "aud": "client", "nonce": "n-0S6",
            "iat": .number(JSONNumber(now)), "exp": .number(JSONNumber(now + 60)),
        ])
        // snippet
        var google = TokenProfile.idToken(issuer: "https://accounts.google.com", clientID: clientID)
        google.issuer = .oneOf(["https://accounts.google.com", "accounts.google.com"])
        google.leeway = .seconds(30)
        let person = try TokenVerifier(google, keys: keys).verify(text, expecting: IDTokenExpectations(nonce: nonce))
        // end
        #expect(person.subject == "1")
    }

    @Test func `Entra's tokens`() throws {
        struct NotInvited: Error {}
        let key = try SigningKey.generate(.es256)
        let (keys, clientID, tenants): (KeySet, String, Set<String>) = ([key.verifyingKey], "client", ["t1"])
        let signer = TokenSigner(
            key,
            issuer: "https://login.microsoftonline.com/t1/v2.0",
            audience: "client",
            lifetime: .seconds(60)
        )
        let text = try signer.sign(subject: "1", adding: ["tid": "t1"])
        // snippet
        var entra = TokenProfile(audiences: [clientID], requiredClaims: ["exp", "iat", "tid"], leeway: .seconds(30))
        entra.issuer = try .template("https://login.microsoftonline.com/{tenantid}/v2.0", claim: "tid")
        let token = try TokenVerifier(entra, keys: keys).verify(text)
        guard tenants.contains(try token.require(.tenantID)) else { throw NotInvited() }
        // end
        let foreign = try signer.sign(subject: "1", adding: ["tid": "t2"])
        #expect(throws: JWTError.self) { try TokenVerifier(entra, keys: keys).verify(foreign) }
    }

    @Test func `Auth0's and Keycloak's profiles`() throws {
        // snippet
        let auth0 = TokenProfile.accessToken(issuer: "https://example.eu.auth0.com/", audience: "orders")
        // end
        #expect(auth0.type == "at+jwt")
        // snippet
        var keycloak = TokenProfile(type: "JWT", audiences: ["orders"], requiredClaims: ["exp", "iat", "azp"])
        keycloak.issuer = "https://sso.example/realms/shop"
        keycloak.leeway = .seconds(30)
        // end
        let key = try SigningKey.generate(.rs256)
        let signer = TokenSigner(
            key,
            issuer: "https://sso.example/realms/shop",
            audience: "orders",
            lifetime: .seconds(60),
            type: "JWT"
        )
        let text = try signer.sign(subject: "u1", adding: ["azp": "shop"])
        #expect(try TokenVerifier(keycloak, keys: [key.verifyingKey]).verify(text).subject == "u1")
        #expect(throws: JWTError.self) {
            try TokenVerifier(keycloak, keys: [key.verifyingKey]).verify(signer.sign(subject: "u1"))
        }
    }

    @Test func `several issuers`() throws {
        let (own, partner) = (try SigningKey.generate(.es256), try SigningKey.generate(.es256))
        let (ownKeys, partnerKeys): (KeySet, KeySet) = ([own.verifyingKey], [partner.verifyingKey])
        let text = try TokenSigner(
            partner,
            issuer: "https://partner.example",
            audience: "orders",
            lifetime: .seconds(60)
        )
        .sign(subject: "p1", adding: ["client_id": "c"])
        // snippet
        let verifier = MultiIssuerVerifier([
            TokenVerifier(.accessToken(issuer: "https://id.example", audience: "orders"), keys: ownKeys),
            TokenVerifier(.accessToken(issuer: "https://partner.example", audience: "orders"), keys: partnerKeys),
        ])
        let token = try verifier.verify(text)
        // end
        #expect(token.subject == "p1")
    }
}
