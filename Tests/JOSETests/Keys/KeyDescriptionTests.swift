import JOSE
import Testing

@Suite struct `A key that is printed` {
    @Test(arguments: SignatureAlgorithm.all)
    func `shows its algorithm and name, and none of its numbers`(_ algorithm: SignatureAlgorithm) throws {
        let key = try SigningKey.generate(algorithm, keyID: "k1")
        let signer = TokenSigner(key, issuer: "i", audience: "a", lifetime: .seconds(1))
        let verifier = TokenVerifier(.any, keys: [key.verifyingKey])
        var text = ""
        for value in [key, key.verifyingKey, key.jwk, signer, verifier, KeySet([key.verifyingKey])] as [Any] {
            print(value, String(reflecting: value), "\(value)", to: &text)
            dump(value, to: &text)
        }
        #expect(text.contains("SigningKey(\(algorithm), kid: k1)"))
        for name in ["k", "d", "p", "q", "dp", "dq", "qi"] {
            guard let number = key.jwk.members[name]?.stringValue, let bytes = Base64URL.decode(number) else {
                continue
            }
            #expect(!text.contains(number))
            #expect(!text.contains(bytes.prefix(6).map(String.init).joined(separator: ", ")))
        }
    }
}
