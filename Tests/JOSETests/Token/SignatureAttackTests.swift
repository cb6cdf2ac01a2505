import JOSE
import Testing

@Suite struct `Attacks by signature` {
    static func signature(_ bytes: [UInt8], on token: String) -> String {
        token.split(separator: ".").prefix(2).joined(separator: ".") + "." + Base64URL.encode(bytes)
    }

    @Test(arguments: [(SignatureAlgorithm.es256, 64), (.es384, 96), (.es512, 132)])
    func `psychic signatures (r or s is 0) are refused`(_ algorithm: SignatureAlgorithm, _ count: Int) throws {
        let key = try SigningKey.generate(algorithm, keyID: "e")
        let verifier = Forge.verifier(.any, key.verifyingKey)
        let token = try Forge.claims("{}", signedBy: key)
        let honest = try #require(Base64URL.decode(String(token.split(separator: ".")[2])))
        let zero = [UInt8](repeating: 0, count: count / 2)
        let one: [UInt8] = Array(zero.dropLast()) + [1]
        let r = Array(honest[..<(count / 2)])
        let s = Array(honest[(count / 2)...])
        for (r, s) in [(zero, zero), (zero, s), (r, zero), (zero, one), (one, zero), (one, one), (s, r)] {
            #expect(verifier.refusal(of: Self.signature(r + s, on: token))?.code == .signatureInvalid)
        }
    }

    @Test(arguments: [
        (SignatureAlgorithm.es256, 64), (.es384, 96), (.es512, 132), (.ed25519, 64), (.hs256, 32), (.rs256, 256),
    ])
    func `a signature of a wrong length, or in DER, is refused`(_ algorithm: SignatureAlgorithm, _ count: Int) throws {
        let key = try SigningKey.generate(algorithm, keyID: "e")
        let verifier = Forge.verifier(.any, key.verifyingKey)
        let token = try Forge.claims("{}", signedBy: key)
        let honest = try #require(Base64URL.decode(String(token.split(separator: ".")[2])))
        #expect(honest.count == count)
        let half = count / 2
        func integer(_ digits: ArraySlice<UInt8>) -> [UInt8] { [0x02, UInt8(truncatingIfNeeded: half)] + digits }
        let integers = integer(honest[..<half]) + integer(honest[half...])
        let der: [UInt8] = [0x30, UInt8(truncatingIfNeeded: integers.count)] + integers
        let wrong: [[UInt8]] = [
            Array(honest.dropLast()), honest + [0], [0] + honest, Array(honest.dropFirst()), honest + honest, [1], der,
            Array(honest[..<half]), [UInt8](repeating: 1, count: 1000),
        ]
        for bytes in wrong {
            #expect(verifier.refusal(of: Self.signature(bytes, on: token))?.code == .signatureInvalid)
        }
        #expect(verifier.refusal(of: Self.signature([], on: token))?.code == .malformed)
    }

    @Test(arguments: SignatureAlgorithm.all)
    func `a change of any part's bits is refused`(_ algorithm: SignatureAlgorithm) throws {
        let key = try SigningKey.generate(algorithm, keyID: "e")
        let verifier = Forge.verifier(.any, key.verifyingKey)
        let token = Array(try Forge.claims(#"{"sub":"u1"}"#, signedBy: key).utf8)
        for index in stride(from: 0, to: token.count, by: 7) {
            var changed = token
            changed[index] = changed[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            #expect(throws: JWTError.self) { try verifier.verify(changed) }
        }
    }

    @Test func `no claim is looked at before the signature holds`() throws {
        let key = try Forge.hs256()
        let attacker = try Forge.hs256("k1", fill: 8)
        let profile = TokenProfile.accessToken(issuer: Forge.issuer, audience: "orders")
        for payload in ["{}", "[]", "nonsense", #"{"exp":1}"#, #"{"exp":"x","cnf":{}}"#] {
            let token = try Forge.token(#"{"alg":"HS256","kid":"k1","typ":"x"}"#, payload, signedBy: attacker)
            #expect(Forge.verifier(profile, key.verifyingKey).refusal(of: token)?.code == .signatureInvalid)
        }
    }
}

@Suite struct `Attacks by critical header` {
    @Test(arguments: [
        #"["exp"]"#, #"["b64"]"#, #"[]"#, #"["alg","alg"]"#, #"["absent"]"#, #"[""]"#, #""exp""#, "1", "null", "{}",
        #"["alg"]"#, #"[1]"#, #"["http://example.invalid/ext"]"#,
    ])
    func `unknown, empty, duplicate or absent names in crit are refused`(_ critical: String) throws {
        let key = try Forge.hs256()
        for extra in ["", #","b64":true"#, #","exp":1,"http://example.invalid/ext":true"#] {
            let header = #"{"alg":"HS256","kid":"k1","crit":\#(critical)\#(extra)}"#
            let token = try Forge.token(header, "{}", signedBy: key)
            #expect(Forge.verifier(.any, key.verifyingKey).refusal(of: token)?.code == .criticalHeaderUnsupported)
            // A payload of no token may have b64, which is there and named alone.
            if critical == #"["b64"]"#, extra.contains("b64") { continue }
            let unverified = #expect(throws: JWTError.self) { try JWS.verify(token, keys: [key.verifyingKey]) }
            #expect(unverified?.code == .criticalHeaderUnsupported)
        }
    }

    @Test func `an unencoded payload is refused without crit too`() throws {
        let key = try Forge.hs256()
        let token = try Forge.token(#"{"alg":"HS256","kid":"k1","b64":false}"#, "{}", signedBy: key)
        #expect(Forge.verifier(.any, key.verifyingKey).refusal(of: token)?.code == .criticalHeaderUnsupported)
        let harmless = try Forge.token(#"{"alg":"HS256","kid":"k1","b64":true,"zip":"DEF"}"#, "{}", signedBy: key)
        #expect(Forge.verifier(.any, key.verifyingKey).refusal(of: harmless) == nil)
    }
}
