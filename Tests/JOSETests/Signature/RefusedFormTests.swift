import JOSE
import Testing

@Suite struct `A JWS in a form that is refused` {
    let key: SigningKey
    let keys: KeySet

    init() throws {
        key = try Forge.hs256()
        keys = [key.verifyingKey]
    }

    private func code(_ body: () throws(JWTError) -> some Any) -> JWTError.Code? {
        do throws(JWTError) {
            _ = try body()
            return nil
        } catch {
            return error.code
        }
    }

    @Test func `a signature that is no base64url spoils the whole text, whatever the policy`() throws {
        let good = JWS.Signer(key)
        let text = try JWS.sign(payload: [1], signers: [good, good])
        var object = try JSONObject(parsing: text)
        var signatures = try #require(object["signatures"]?.arrayValue)
        var second = try #require(signatures[1].objectValue)
        second["signature"] = "AA="
        signatures[1] = .object(second)
        object["signatures"] = .array(signatures)
        for policy in [SignaturePolicy.any, .all, .named(["k1"])] {
            #expect(
                code { () throws(JWTError) in try JWS.verify(json: object.text, keys: keys, policy: policy) }
                    == .malformed
            )
        }
    }

    @Test func `without its payload, though that is empty`() throws {
        let text = try JWS.sign(payload: [], signers: [JWS.Signer(key)], options: .detached)
        #expect(code { () throws(JWTError) in try JWS.verify(json: text, keys: keys) } == .malformed)
        #expect(code { () throws(JWTError) in try JWS.verify(json: text, detached: [], keys: keys) } == nil)
    }

    @Test func `with a payload inside and one apart`() throws {
        let json = try JWS.sign(payload: [1], signers: [JWS.Signer(key)])
        #expect(code { () throws(JWTError) in try JWS.verify(json: json, detached: [1], keys: keys) } == .malformed)
        let compact = try JWS.sign(payload: [1], key: key)
        #expect(code { () throws(JWTError) in try JWS.verify(compact, detached: [1], keys: keys) } == .malformed)
    }

    @Test func `detached, with a signature that is no base64url`() throws {
        let text = try JWS.sign(payload: [1], key: key, options: .detached)
        #expect(code { () throws(JWTError) in try JWS.verify(text + "=", detached: [1], keys: keys) } == .malformed)
    }

    @Test func `detached, with more content than is read`() throws {
        let content = [UInt8](repeating: 1, count: 2000)
        let compact = try JWS.sign(payload: content, key: key, options: .detached)
        let json = try JWS.sign(payload: content, signers: [JWS.Signer(key)], options: .detached)
        func codes(_ maximum: Int) -> [JWTError.Code?] {
            [
                code { () throws(JWTError) in
                    try JWS.verify(compact, detached: content, keys: keys, maximumSize: maximum)
                },
                code { () throws(JWTError) in
                    try JWS.verify(json: json, detached: content, keys: keys, maximumSize: maximum)
                },
            ]
        }
        #expect(codes(2000) == [nil, nil])
        #expect(codes(1999) == [.tooLarge, .tooLarge])
    }
}
