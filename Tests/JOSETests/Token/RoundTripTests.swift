import JOSE
import Testing

@Suite struct `A signed token verifies` {
    struct Order: Codable, Equatable, Sendable {
        var cart: String
        var total: UInt64
    }

    @Test(arguments: SignatureAlgorithm.all)
    func `with every algorithm, through JWK and PEM`(_ algorithm: SignatureAlgorithm) throws {
        let key = try SigningKey.generate(algorithm)
        #expect(key.keyID == (try key.jwk.thumbprint()))
        let stored = try SigningKey(jwk: JWK(parsing: key.jwk.serialized()))
        let signer = TokenSigner(stored, issuer: "https://id.example", audience: "orders", lifetime: .seconds(60))
        let text = try signer.sign(subject: "u1", adding: Order(cart: "c7", total: .max))

        let keys =
            algorithm.isSymmetric ? [key.verifyingKey] : try KeySet(parsing: KeySet([key.verifyingKey]).serialized())
        let profile = TokenProfile(type: "at+jwt", issuer: "https://id.example", audiences: ["orders"])
        let verified = try TokenVerifier(profile, keys: keys).verify(text, as: Order.self)
        #expect(verified.claims == Order(cart: "c7", total: .max))
        #expect(verified.token.subject == "u1")
        #expect(verified.token.audiences == ["orders"])
        #expect(verified.token.header.algorithm == algorithm)
        #expect(verified.token.header.keyID == key.keyID)

        guard let pem = key.pem, let publicPEM = key.verifyingKey.pem else {
            #expect(algorithm.isSymmetric)
            return
        }
        let fromPEM = try SigningKey(pem: pem, algorithm: algorithm)
        let signature = try fromPEM.sign(Array("message".utf8))
        let verifying = try VerifyingKey(pem: publicPEM, algorithm: algorithm)
        #expect(verifying.isValid(signature: signature, for: Array("message".utf8)))
        #expect(!verifying.isValid(signature: signature, for: Array("massage".utf8)))
    }
}
