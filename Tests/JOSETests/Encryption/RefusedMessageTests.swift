import JOSE
import Testing

@Suite struct `A message in a form that is refused` {
    private func code(_ body: () throws(JWTError) -> some Any) -> JWTError.Code? {
        do throws(JWTError) {
            _ = try body()
            return nil
        } catch {
            return error.code
        }
    }

    @Test func `with an encrypted key that is no base64url, where there is to be none`() throws {
        let key = try JWEForge.key()
        var parts = try JWEForge.direct().split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        for part in ["!", "=", "A"] {
            parts[1] = part
            let text = parts.joined(separator: ".")
            #expect(code { () throws(JWTError) in try JWE.decrypt(text, keys: [key]) } == .malformed)
        }
    }

    @Test func `with a list of recipients that is empty or not of objects`() throws {
        let key = try JWEForge.key()
        let text = try JWE.encryptFlattened([1], for: JWE.Recipient(key.encryptionKey))
        #expect(code { () throws(JWTError) in try JWE.decryptJSON(text, keys: [key]) } == nil)
        var object = try JSONObject(parsing: text)
        for (recipients, isRight) in [([[:]], true), ([], false), ([1], false), ("x", false), ([nil], false)]
            as [(JSONValue, Bool)]
        {
            object["recipients"] = recipients
            let found = code { () throws(JWTError) in try JWE.decryptJSON(object.text, keys: [key]) }
            #expect(found == (isRight ? nil : .malformed), "\(recipients)")
        }
    }

    @Test func `a nested token's header repeats no claim that is called like a parameter`() throws {
        let key = try JWEForge.key()
        let signer = TokenSigner(try Forge.hs256(), issuer: "a", audience: "b", lifetime: .seconds(60))
        for name in ["cty", "typ", "alg", "x5c"] {
            let found = code { () throws(JWTError) in
                try signer.signAndEncrypt(
                    ["cty": "x", "typ": "x", "alg": "x", "x5c": "x"],
                    for: key.encryptionKey,
                    replicating: [name]
                )
            }
            #expect(found == .claimMissing)
        }
    }
}
