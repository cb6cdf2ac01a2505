import JOSE
import Testing

/// RFC 9449 §4.3, item by item.
@Suite struct `A DPoP proof` {
    @Test func `that is honest is taken`() async throws {
        let forge = try ProofForge()
        let proof = try await forge.verifier.verify(forge.proof(), method: "GET", url: ProofForge.url)
        #expect(proof.id == "p1")
        #expect(proof.issuedAt == Forge.now)
        #expect(proof.algorithm == .es256)
        #expect(proof.thumbprint == (try forge.key.jwk.thumbprint()))
        #expect(proof.claims["htm"] == "GET")
    }

    @Test func `1: two of them in one field are refused`() async throws {
        let forge = try ProofForge()
        let proofs = [try forge.proof(), try forge.proof { $0["jti"] = "p2" }]
        for separator in [",", ", ", " ", "\n"] {
            #expect(await forge.refusal(of: proofs.joined(separator: separator))?.code == .proofInvalid)
        }
        #expect(forge.replays.count == 0)
    }

    @Test(arguments: ["", ".", "..", "a.b.c", "e30.e30.", "e30.e30.AA", "W10.e30.AA", "e30.e30.AA.AA", "x"])
    func `2: that is no well-formed JWT is refused`(_ text: String) async throws {
        let forge = try ProofForge()
        #expect(await forge.refusal(of: text)?.code == .proofInvalid)
        let proof = try forge.proof()
        for text in [proof + "=", proof + "\n", " " + proof, proof + ".AA", "DPoP " + proof] {
            #expect(await forge.refusal(of: text)?.code == .proofInvalid)
        }
    }

    @Test func `2: whose parts are no strict JSON objects is refused`() async throws {
        let forge = try ProofForge()
        let header = try UnverifiedToken(forge.proof()).header.text
        for payload in ["[]", "1", "{", #"{"jti":"a","jti":"b"}"#, "\u{FEFF}{}", "{}{}"] {
            let refusal = await forge.refusal(of: try Forge.token(header, payload, signedBy: forge.key))
            #expect(refusal?.code == .proofInvalid)
        }
        let doubled = String(header.dropLast()) + #","alg":"none"}"#
        #expect(await forge.refusal(of: try Forge.token(doubled, "{}", signedBy: forge.key))?.code == .proofInvalid)
    }

    @Test func `2: that is too large is refused before it is read`() async throws {
        let forge = try ProofForge()
        let refusal = await forge.refusal(
            of: try forge.proof { $0["x"] = .string(String(repeating: "x", count: 16 << 10)) }
        )
        #expect(refusal?.code == .proofInvalid)
        #expect(refusal?.expected == "at most 16384 bytes")
    }

    @Test(arguments: ["jti", "htm", "htu", "iat"])
    func `3: without a required claim, or with one of a wrong type, is refused`(_ name: String) async throws {
        let forge = try ProofForge()
        for value in [JSONValue?.none, nil, true, [], [:], name == "iat" ? "1800000000" : 7] {
            let refusal = await forge.refusal(of: try forge.proof { $0[name] = value })
            #expect(refusal?.code == .proofInvalid)
            #expect(refusal?.claim == name)
        }
        #expect(forge.replays.count == 0)
    }

    @Test func `3: names itself in 1 to 256 bytes`() async throws {
        let forge = try ProofForge()
        for name in ["", String(repeating: "x", count: 257)] {
            let refusal = await forge.refusal(of: try forge.proof { $0["jti"] = .string(name) })
            #expect(refusal == JWTError(.proofInvalid, claim: "jti", expected: "1 to 256 bytes"))
        }
        #expect(
            await forge.refusal(of: try forge.proof { $0["jti"] = .string(String(repeating: "x", count: 256)) }) == nil
        )
    }

    @Test(arguments: ["JWT", "at+jwt", "DPoP+JWT", "application/dpop+jwt", "dpop+jwt ", "", "logout+jwt", nil])
    func `4: whose typ is not exactly dpop+jwt is refused`(_ type: String?) async throws {
        let forge = try ProofForge()
        let proof = try forge.forgery(header: { $0["typ"] = type.map(JSONValue.string) })
        #expect(
            await forge.refusal(of: proof)
                == JWTError(.proofInvalid, claim: "typ", expected: "dpop+jwt", received: type)
        )
    }

    @Test(arguments: ["none", "None", "HS256", "es256", "RS256", "ES384", "", nil])
    func `5: whose alg is none, symmetric, unknown or not its key's is refused`(_ name: String?) async throws {
        let forge = try ProofForge()
        let refusal = await forge.refusal(of: try forge.forgery(header: { $0["alg"] = name.map(JSONValue.string) }))
        #expect(refusal?.code == .proofInvalid)
        #expect(refusal?.claim == (["RS256", "ES384"].contains(name) ? "jwk" : "alg"))
    }

    @Test func `5: whose alg the caller does not take is refused`() async throws {
        let forge = try ProofForge(algorithms: [.ed25519, .hs256])
        #expect(forge.verifier.algorithms == [.ed25519])
        let refusal = await forge.refusal(of: try forge.proof())
        #expect(refusal == JWTError(.proofInvalid, claim: "alg", expected: "Ed25519", received: "ES256"))
        let other = try SigningKey.generate(.ed25519)
        #expect(await forge.refusal(of: try forge.proof(signedBy: other)) == nil)
        #expect(
            await forge.refusal(
                of: try forge.forgery(header: { $0["alg"] = "EdDSA" }, signedBy: other) { $0["jti"] = "p2" }
            ) == nil
        )
    }

    @Test func `5: signed by a secret that stands in it is refused`() async throws {
        let forge = try ProofForge()
        let secret = try Forge.hs256(nil)
        let proof = try forge.forgery(header: { $0["jwk"] = .object(secret.jwk.members) }, signedBy: forge.key)
        #expect(await forge.refusal(of: proof)?.claim == "jwk")
        let header: JSONObject = ["typ": "dpop+jwt", "alg": "HS256", "jwk": .object(secret.jwk.members)]
        let signed = try Forge.token(header.text, try UnverifiedToken(proof).claims.text, signedBy: secret)
        #expect(await forge.refusal(of: signed)?.claim == "alg")
    }

    @Test func `6: that another key signed, or that was changed, is refused and not remembered`() async throws {
        let forge = try ProofForge()
        let other = try SigningKey.generate(.es256)
        let members = JSONValue.object(try ProofForge.members(other))
        let refusal = await forge.refusal(of: try forge.forgery(header: { $0["jwk"] = members }))
        #expect(refusal?.code == .proofInvalid)
        #expect(refusal?.claim == nil)
        let parts = try forge.proof().split(separator: ".")
        let payload = Base64URL.encode(
            Array(#"{"jti":"p1","htm":"GET","htu":"https://api.example/orders","iat":1800000000 }"#.utf8)
        )
        #expect(await forge.refusal(of: "\(parts[0]).\(payload).\(parts[2])")?.code == .proofInvalid)
        #expect(forge.replays.count == 0)
    }

    @Test(arguments: SignatureAlgorithm.all.filter { !$0.isSymmetric })
    func `6: of any asymmetric algorithm is taken`(_ algorithm: SignatureAlgorithm) async throws {
        let forge = try ProofForge()
        let key = try SigningKey.generate(algorithm)
        #expect(await forge.refusal(of: try forge.proof(signedBy: key)) == nil)
        let signer = try DPoPSigner(key, clock: Forge.clock)
        #expect(await forge.refusal(of: try signer.proof(method: "GET", url: ProofForge.url)) == nil)
    }

    @Test func `7: with a private key in it is refused, whatever the key's type`() async throws {
        let forge = try ProofForge()
        let whole = JSONValue.object(forge.key.jwk.members)
        let refusal = await forge.refusal(of: try forge.forgery(header: { $0["jwk"] = whole }))
        let expected = JWTError(.proofInvalid, claim: "jwk", expected: "a public key", received: "a private key")
        #expect(refusal == expected)
        for name in ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"] {
            var members = try ProofForge.members(forge.key)
            members[name] = "AA"
            #expect(await forge.refusal(of: try forge.forgery(header: { $0["jwk"] = .object(members) })) == expected)
        }
    }

    @Test func `7: without a key, or with one that is unsound or not for signatures, is refused`() async throws {
        let forge = try ProofForge()
        let honest = try ProofForge.members(forge.key)
        var bad: [JSONValue?] = [.none, nil, "key", [], [:]]
        for (name, value) in [
            ("x", "AAAA"), ("crv", "P-384"), ("kty", "oct"), ("kty", "OKP"), ("use", "enc"), ("key_ops", ["encrypt"]),
            ("alg", "ES384"), ("y", nil),
        ] as [(String, JSONValue)] {
            var members = honest
            members[name] = value
            bad.append(.object(members))
        }
        for key in bad {
            let refusal = await forge.refusal(of: try forge.forgery(header: { $0["jwk"] = key }))
            #expect(refusal?.code == .proofInvalid)
            #expect(refusal?.claim == "jwk")
        }
    }

    @Test(arguments: ["POST", "get", "GET ", "", "G\u{212A}T"])
    func `8: for another method is refused`(_ method: String) async throws {
        let forge = try ProofForge()
        let refusal = await forge.refusal(of: try forge.proof { $0["htm"] = .string(method) })
        #expect(refusal == JWTError(.proofInvalid, claim: "htm", expected: "GET", received: method))
    }

    @Test func `9: for another target is refused`() async throws {
        let forge = try ProofForge()
        for target in [
            "https://api.example/order", "https://api.example/orders/", "https://api.example/Orders", "/orders", "",
            "http://api.example/orders", "https://api.example:8443/orders", "https://api.example.evil/orders",
            "https://evil@api.example/orders", "https://api.example/orders%2F", "ftp://api.example/orders",
            "https://api.example/orders\n", "https://api.example/\u{6F}rders\u{301}", "https:api.example/orders",
        ] {
            let refusal = await forge.refusal(of: try forge.proof { $0["htu"] = .string(target) })
            #expect(refusal?.code == .proofInvalid, "\(target)")
            #expect(refusal?.claim == "htu")
            #expect(refusal?.expected == ProofForge.target)
        }
    }

    @Test func `9: is for its target whatever the query and the fragment`() async throws {
        for (target, url) in [
            ("https://api.example/orders?a=b", "https://api.example/orders"),
            ("https://api.example/orders#c", "https://api.example/orders?x"),
            ("https://api.example/orders", "https://api.example/orders?access_token=x#y"),
            ("https://api.example?x", "https://api.example/"),
        ] {
            let forge = try ProofForge()
            #expect(await forge.refusal(of: try forge.proof { $0["htu"] = .string(target) }, url: url) == nil)
        }
    }

    @Test func `10: without the nonce of the server, or with another, is refused`() async throws {
        let forge = try ProofForge()
        let nonces = ["new", "old"]
        for nonce in nonces {
            let proof = try forge.proof {
                $0["nonce"] = .string(nonce)
                $0["jti"] = .string(nonce)
            }
            #expect(await forge.refusal(of: proof, nonces: nonces) == nil)
        }
        for nonce in [JSONValue?.none, "older", "", nil, 7] {
            let refusal = await forge.refusal(of: try forge.proof { $0["nonce"] = nonce }, nonces: nonces)
            #expect(refusal?.code == .proofInvalid)
            #expect(refusal?.claim == "nonce")
            #expect(refusal?.description.contains("new") == false)
        }
        #expect(await forge.refusal(of: try forge.proof { $0["nonce"] = "unasked" }) == nil)
    }

    @Test func `11: made too long ago or in the future is refused`() async throws {
        // 60 s of age, and 5 s of leeway in both directions.
        for (offset, isTaken) in [(0, true), (5, true), (6, false), (-65, true), (-66, false)] as [(Int64, Bool)] {
            let forge = try ProofForge()
            let time = JSONValue.number(JSONNumber(Forge.now + offset))
            let refusal = await forge.refusal(of: try forge.proof { $0["iat"] = time })
            #expect((refusal == nil) == isTaken, "\(offset)")
            if !isTaken {
                #expect(refusal?.code == .proofInvalid)
                #expect(refusal?.claim == "iat")
            }
        }
        let forge = try ProofForge()
        for value in [-1, 1e300, 253_402_300_800, 0] as [JSONValue] {
            #expect(await forge.refusal(of: try forge.proof { $0["iat"] = value })?.claim == "iat")
        }
        for now in [Int64.min, -1, .max] {
            let lost = try ProofForge(now: now)
            #expect(await lost.refusal(of: try lost.proof())?.claim == "iat")
        }
    }

    @Test func `11: of any age is never taken: the window is bounded, whatever the caller says`() async throws {
        let forge = try ProofForge()
        func isTaken(_ offset: Int64, age: Duration, leeway: Duration) async throws -> Bool {
            let clock = EpochClock { Forge.now }
            let verifier = DPoPVerifier(
                replays: InMemoryReplayStore(clock: clock),
                maximumAge: age,
                leeway: leeway,
                clock: clock
            )
            let proof = try forge.proof { $0["iat"] = .number(JSONNumber(Forge.now + offset)) }
            return (try? await verifier.verify(proof, method: "GET", url: ProofForge.url)) != nil
        }
        let endless = Duration.seconds(Int64.max)
        #expect(try await isTaken(-3900, age: endless, leeway: endless))
        #expect(try await !isTaken(-3901, age: endless, leeway: endless))
        #expect(try await isTaken(300, age: endless, leeway: endless))
        #expect(try await !isTaken(301, age: endless, leeway: endless))
        #expect(try await isTaken(-1, age: .seconds(-9), leeway: .seconds(-9)))
        #expect(try await !isTaken(-2, age: .seconds(-9), leeway: .seconds(-9)))
        #expect(try await !isTaken(1, age: .zero, leeway: .zero))
    }

    @Test func `11: with an exp or nbf of its own keeps to it`() async throws {
        let forge = try ProofForge()
        #expect(await forge.refusal(of: try forge.proof { $0["exp"] = 1_799_999_995 })?.claim == "exp")
        #expect(await forge.refusal(of: try forge.proof { $0["nbf"] = 1_800_000_006 })?.claim == "nbf")
        #expect(await forge.refusal(of: try forge.proof { $0["exp"] = "soon" })?.claim == "exp")
        #expect(
            await forge.refusal(
                of: try forge.proof {
                    $0["exp"] = 1_800_000_001
                    $0["nbf"] = 1_800_000_000
                }
            ) == nil
        )
    }

    @Test func `12: for another access token, or for none, is refused beside a token`() async throws {
        let forge = try ProofForge()
        let thumbprint = JSONValue.string(try forge.key.jwk.thumbprint())
        let token = try ProofForge.accessToken(["jkt": thumbprint])
        let signer = try DPoPSigner(forge.key, clock: Forge.clock)
        let honest = try signer.proof(method: "GET", url: ProofForge.url, accessToken: token.text)
        #expect(await forge.refusal(of: token, with: honest) == nil)
        for hash in [JSONValue?.none, "", "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo", nil, 7] {
            let refusal = await forge.refusal(of: token, with: try forge.proof { $0["ath"] = hash })
            #expect(refusal?.code == .proofInvalid)
            #expect(refusal?.claim == "ath")
        }
    }

    @Test func `12: of another key than the token is bound to is refused`() async throws {
        let forge = try ProofForge()
        let signer = try DPoPSigner(forge.key, clock: Forge.clock)
        let thumbprint = JSONValue.string(signer.thumbprint)
        let other = JSONValue.string(try SigningKey.generate(.es256).jwk.thumbprint())
        let bindings: [JSONValue?] = [
            .none, ["jkt": other], ["jkt": ""], ["jkt": 7], [:], nil, thumbprint, [thumbprint], ["JKT": thumbprint],
            ["jkt": thumbprint, "x5t#S256": "x"], ["x5t#S256": "x"],
            ["jwk": .object(try ProofForge.members(forge.key))],
        ]
        for binding in bindings {
            let token = try ProofForge.accessToken(binding)
            let proof = try signer.proof(method: "GET", url: ProofForge.url, accessToken: token.text)
            let refusal = await forge.refusal(of: token, with: proof)
            #expect(refusal?.code == .proofInvalid, "\(binding?.text ?? "none")")
            #expect(refusal?.claim == "cnf")
            #expect(refusal?.expected == "jkt \(signer.thumbprint)")
        }
        #expect(forge.replays.count == 0)
    }
}
