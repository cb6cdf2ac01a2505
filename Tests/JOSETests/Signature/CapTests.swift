import JOSE
import Testing

@Suite struct `A cap is kept on every path (GHSA-wphv-vfrh-23q5)` {
    static let big = [UInt8](repeating: 0x61, count: 4096)

    @Test func `compact and JSON, inside and detached, encoded and not`() throws {
        let key = try Forge.hs256()
        let keys: KeySet = [key.verifyingKey]
        for options in [[], .unencoded, .detached, [.detached, .unencoded]] as [JWS.Options] {
            let compact = try JWS.sign(payload: Self.big, key: key, options: options)
            let json = try JWS.sign(payload: Self.big, signers: [JWS.Signer(key)], options: options)
            func verify(_ cap: Int) throws {
                if options.contains(.detached) {
                    _ = try JWS.verify(compact, detached: Self.big, keys: keys, maximumSize: cap)
                    _ = try JWS.verify(json: json, detached: Self.big, keys: keys, maximumSize: cap)
                } else {
                    _ = try JWS.verify(compact, keys: keys, maximumSize: cap)
                    _ = try JWS.verify(json: json, keys: keys, maximumSize: cap)
                }
            }
            try verify(8192)
            for cap in [0, 64, 4095] {
                let error = #expect(throws: JWTError.self) { try verify(cap) }
                #expect(error?.code == .tooLarge)
                #expect(error?.expected?.contains("\(cap)") == true)
            }
            if !options.contains(.detached) {
                for text in [compact, json] {
                    let cap = text.utf8.count
                    let isJSON = text.hasPrefix("{")
                    func verify(_ cap: Int) throws {
                        if isJSON {
                            _ = try JWS.verify(json: text, keys: keys, maximumSize: cap)
                        } else {
                            _ = try JWS.verify(text, keys: keys, maximumSize: cap)
                        }
                    }
                    try verify(cap)
                    #expect(throws: JWTError.self) { try verify(cap - 1) }
                }
            }
        }
    }

    @Test func `on detached content and on the text apart`() throws {
        let key = try Forge.hs256()
        let keys: KeySet = [key.verifyingKey]
        let long = JSONObject(dictionaryLiteral: ("x", .string(String(repeating: "x", count: 2000))))
        let compact = try JWS.sign(payload: [1], header: long, key: key, options: .detached)
        let json = try JWS.sign(payload: [1], signers: [JWS.Signer(key, protected: long)], options: .detached)
        #expect(throws: JWTError.self) { try JWS.verify(compact, detached: [1], keys: keys, maximumSize: 1000) }
        #expect(throws: JWTError.self) { try JWS.verify(json: json, detached: [1], keys: keys, maximumSize: 1000) }
        #expect(try JWS.verify(compact, detached: [1], keys: keys, maximumSize: 4000).payload == [1])
        #expect(try JWS.verify(json: json, detached: [1], keys: keys, maximumSize: 4000).payload == [1])
    }

    @Test func `on the size and the members of both headers`() throws {
        let key = try Forge.hs256()
        let long = String(repeating: "x", count: 9000)
        let wide = (0..<70).map { "\"m\($0)\":0" }.joined(separator: ",")
        for extra in [#""x":"\#(long)""#, wide] {
            let protected = try `Attacks on a JWS in JSON`.text(#"{"alg":"HS256",\#(extra)}"#, key: key)
            let unprotected = try `Attacks on a JWS in JSON`.text(#"{"alg":"HS256"}"#, "{\(extra)}", key: key)
            for text in [protected, unprotected] {
                #expect(`Attacks on a JWS in JSON`.fault(text, [key.verifyingKey], .any) == .tooLarge)
            }
            let compact = try Forge.token(#"{"alg":"HS256",\#(extra)}"#, "{}", signedBy: key)
            let error = #expect(throws: JWTError.self) { try JWS.verify(compact, keys: [key.verifyingKey]) }
            #expect(error?.code == .tooLarge)
        }
    }

    @Test func `on the number of signatures, before any is looked at`() throws {
        let key = try Forge.hs256()
        let one = "{\(try `Attacks on a JWS in JSON`.signature(#"{"alg":"HS256"}"#, nil, "e30", key))}"
        for (count, code) in [(1, nil), (16, nil), (17, .tooLarge), (5000, .tooLarge)] as [(Int, JWTError.Code?)] {
            let list = Array(repeating: one, count: count).joined(separator: ",")
            let text = #"{"payload":"e30","signatures":[\#(list)]}"#
            for policy in [SignaturePolicy.any, .all] {
                #expect(`Attacks on a JWS in JSON`.fault(text, [key.verifyingKey], policy) == code)
            }
        }
    }

    @Test func `on nesting, in the text and in both headers`() throws {
        let key = try Forge.hs256()
        for depth in [20, 100_000] {
            let deep = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
            let protected = try `Attacks on a JWS in JSON`.text(#"{"alg":"HS256","x":[]}"#, "{\"y\":\(deep)}", key: key)
            #expect(`Attacks on a JWS in JSON`.fault(protected, [key.verifyingKey], .any) == .malformed)
            let inside = #"{"payload":\#(deep)}"#
            #expect(`Attacks on a JWS in JSON`.fault(inside, [key.verifyingKey], .any) == .malformed)
        }
    }

    @Test func `every prefix of a text, and a text with any byte at any place, traps nothing`() throws {
        let key = try Forge.hs256()
        let keys: KeySet = [key.verifyingKey]
        let compact = Array(try JWS.sign(payload: [0x61], key: key, options: .unencoded).utf8)
        let json = Array(try JWS.sign(payload: [0x61], signers: [JWS.Signer(key)], options: .unencoded).utf8)
        for end in json.indices { #expect(throws: JWTError.self) { try JWS.verify(json: json[..<end], keys: keys) } }
        for index in json.indices {
            for byte in UInt8.min...UInt8.max where byte != json[index] {
                var changed = json
                changed[index] = byte
                guard let verified = try? JWS.verify(json: changed, keys: keys) else { continue }
                // White space elsewhere, or the name of a member that is ignored: the payload is what was signed.
                #expect(verified.payload == [0x61])
            }
        }
        for index in compact.indices {
            for byte in UInt8.min...UInt8.max where byte != compact[index] {
                var changed = compact
                changed[index] = byte
                guard let text = String(validating: changed, as: UTF8.self) else { continue }
                #expect((try? JWS.verify(text, keys: keys)) == nil)
            }
        }
    }
}
