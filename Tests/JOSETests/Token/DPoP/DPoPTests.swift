import JOSE
import Testing

@Suite struct `DPoP` {
    @Test func `opens exactly the token that is bound to the proof's key, and no other way does`() async throws {
        let forge = try ProofForge()
        let signer = try DPoPSigner(forge.key, clock: Forge.clock)
        let (text, verifier) = try ProofForge.accessToken(["jkt": .string(signer.thumbprint)])
        let proof = try signer.proof(method: "GET", url: ProofForge.url, accessToken: text)
        let token = try await forge.verifier.verify(
            text,
            by: verifier,
            proof: proof,
            method: "GET",
            url: ProofForge.url
        )
        #expect(token.subject == "u1")
        // The verifier itself has not changed: without a proof the token stays refused.
        #expect(verifier.refusal(of: text) == JWTError(.claimInvalid, claim: "cnf", expected: "a proof of possession"))
    }

    @Test func `does not save a token that is bad by itself`() async throws {
        let forge = try ProofForge()
        let signer = try DPoPSigner(forge.key, clock: Forge.clock)
        let (text, verifier) = try ProofForge.accessToken(["jkt": .string(signer.thumbprint)])
        let late = TokenVerifier(verifier.profile, keys: verifier.keys, clock: EpochClock { Forge.now + 61 })
        let other = Forge.verifier(Claims.profile, try Forge.hs256(fill: 9).verifyingKey)
        for (verifier, code) in [(late, JWTError.Code.expired), (other, .signatureInvalid)] {
            let proof = try signer.proof(method: "GET", url: ProofForge.url, accessToken: text)
            #expect(await forge.refusal(of: (text, verifier), with: proof)?.code == code)
        }
        // Nor does it fill the store: only what was taken is remembered.
        #expect(forge.replays.count == 0)
    }

    @Test func `takes a proof once`() async throws {
        let forge = try ProofForge()
        let proof = try forge.proof()
        #expect(await forge.refusal(of: proof) == nil)
        #expect(await forge.refusal(of: proof) == JWTError(.replayed, claim: "jti"))
        // The same name in a proof with another target is the same name.
        #expect(
            await forge.refusal(
                of: try forge.proof { $0["htu"] = "https://api.example/x" },
                url: "https://api.example/x"
            )
                == JWTError(.replayed, claim: "jti")
        )
        #expect(await forge.refusal(of: try forge.proof { $0["jti"] = "p2" }) == nil)
    }

    @Test func `takes a bound token's proof once`() async throws {
        let forge = try ProofForge()
        let signer = try DPoPSigner(forge.key, clock: Forge.clock)
        let token = try ProofForge.accessToken(["jkt": .string(signer.thumbprint)])
        let proof = try signer.proof(method: "GET", url: ProofForge.url, accessToken: token.text)
        #expect(await forge.refusal(of: token, with: proof) == nil)
        #expect(await forge.refusal(of: token, with: proof)?.code == .replayed)
    }

    @Test func `nobody can use up the name of another client's proof`() async throws {
        let forge = try ProofForge()
        let attacker = try SigningKey.generate(.es256)
        #expect(await forge.refusal(of: try forge.proof(signedBy: attacker)) == nil)
        #expect(await forge.refusal(of: try forge.proof()) == nil)
    }

    @Test func `of two requests with one proof at a time, one is taken`() async throws {
        let forge = try ProofForge()
        let proof = try forge.proof()
        let taken = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<16 { group.addTask { await forge.refusal(of: proof) == nil } }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(taken == 1)
    }

    @Test func `keeps a code or a refresh token to the key it is bound to`() async throws {
        let forge = try ProofForge()
        let thumbprint = try forge.key.jwk.thumbprint()
        let proof = try forge.proof()
        let refusal = await forge.refusal(of: proof, thumbprint: "another")
        #expect(refusal == JWTError(.proofInvalid, claim: "jwk", expected: "another", received: thumbprint))
        #expect(await forge.refusal(of: proof, thumbprint: thumbprint) == nil)
    }

    @Test func `an access token, an ID token and a logout token are no proofs, nor a proof one of these`() async throws
    {
        let forge = try ProofForge()
        for type in ["at+jwt", "JWT", "logout+jwt"] {
            #expect(await forge.refusal(of: try forge.forgery(header: { $0["typ"] = .string(type) }))?.claim == "typ")
        }
        let proof = try forge.proof()
        for profile in [
            TokenProfile.accessToken(issuer: "i", audience: "a"), .idToken(issuer: "i", clientID: "a"),
            .logoutToken(issuer: "i", clientID: "a"),
        ] {
            #expect(Forge.verifier(profile, forge.key.verifyingKey).refusal(of: proof) != nil)
        }
    }

    @Test func `nowhere else does a token's own jwk count`() async throws {
        let forge = try ProofForge()
        let other = try SigningKey.generate(.es256)
        let refusal = Forge.verifier(.any, other.verifyingKey).refusal(of: try forge.proof())
        #expect(refusal?.code == .signatureInvalid)
    }

    @Test func `headers that name an extension, a key's place or a chain do not help`() async throws {
        let forge = try ProofForge()
        for (name, value) in [("crit", ["exp"]), ("crit", []), ("b64", true), ("b64", false)] as [(String, JSONValue)] {
            #expect(await forge.refusal(of: try forge.forgery(header: { $0[name] = value }))?.claim == name)
        }
        let others: (inout JSONObject) -> Void = {
            $0["jku"] = "https://evil.example/jwks"
            $0["x5u"] = "https://evil.example/chain"
            $0["kid"] = "../../dev/null"
        }
        #expect(await forge.refusal(of: try forge.forgery(header: others)) == nil)
    }

    @Test func `is refused where the store cannot tell`() async throws {
        struct Broken: ReplayStore {
            func record(_ id: ReplayIdentifier, until expiry: Int64) async throws(JWTError) -> Bool {
                #expect(id.bytes.count == 32)
                #expect(expiry == Forge.now + 65)
                throw JWTError(.replayCheckUnavailable)
            }
        }
        let forge = try ProofForge()
        let verifier = DPoPVerifier(replays: Broken(), clock: Forge.clock)
        let proof = try forge.proof()
        let error = await #expect(throws: JWTError.self) {
            try await verifier.verify(proof, method: "GET", url: ProofForge.url)
        }
        #expect(error?.code == .replayCheckUnavailable)
    }

    @Test func `the proofs of RFC 9449 hold`() async throws {
        // §4.1 and §7.1.
        let header = """
            eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJo\
            RjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19
            """
        let first = """
            \(header).eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2Vu\
            IiwiaWF0IjoxNTYyMjYyNjE2fQ.2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg
            """
        let clock = EpochClock { 1_562_262_618 }
        let verifier = DPoPVerifier(replays: InMemoryReplayStore(clock: clock), clock: clock)
        let proof = try await verifier.verify(first, method: "POST", url: "https://server.example.com/token")
        #expect(proof.thumbprint == "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I")
        #expect(proof.id == "-BwC3ESc6acc2lTc")

        let second = """
            \(header).eyJqdGkiOiJlMWozVl9iS2ljOC1MQUVCIiwiaHRtIjoiR0VUIiwiaHR1IjoiaHR0cHM6Ly9yZXNvdXJjZS5leGFtcGxlLm9yZy9wcm90\
            ZWN0ZWRyZXNvdXJjZSIsImlhdCI6MTU2MjI2MjYxOCwiYXRoIjoiZlVIeU8ycjJaM0RaNTNFc05yV0JiMHhXWG9hTnk1OUlpS0NBcWtzbVFFbyJ9.\
            2oW9RP35yRqzhrtNP86L-Ey71EOptxRimPPToA1plemAgR6pxHF8y6-yqyVnmcw6Fy1dqd-jfxSYoMxhAJpLjA
            """
        let bound = try await verifier.verify(
            second,
            method: "GET",
            url: "https://resource.example.org/protectedresource"
        )
        // What the signer writes for that very token is what the RFC shows.
        let signer = try DPoPSigner(SigningKey.generate(.es256))
        let own = try UnverifiedToken(
            signer.proof(method: "GET", url: "https://x", accessToken: "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU")
        )
        #expect(bound.claims["ath"] == own.claims["ath"])
        #expect(own.claims["ath"] == "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo")
    }
}

@Suite struct `The DPoP signer` {
    @Test func `writes the public key, the target without query, and a new name each time`() throws {
        let key = try SigningKey.generate(.es256)
        let signer = try DPoPSigner(key, clock: Forge.clock)
        let first = try UnverifiedToken(signer.proof(method: "GET", url: "HTTPS://API.example:443/a?b#c"))
        #expect(first.header.names == ["typ", "alg", "jwk"])
        #expect(first.header["jwk"]?.objectValue?.names == ["kty", "crv", "x", "y"])
        #expect(first.claims.names == ["jti", "htm", "htu", "iat"])
        #expect(first.claims["htu"] == "https://api.example/a")
        #expect(first.claims["htm"] == "GET")
        #expect(first.claims["iat"] == 1_800_000_000)
        let second = try UnverifiedToken(signer.proof(method: "GET", url: "https://a", accessToken: "t", nonce: "n"))
        #expect(second.claims.names == ["jti", "htm", "htu", "iat", "ath", "nonce"])
        #expect(second.claims["nonce"] == "n")
        #expect(first.claims["jti"] != second.claims["jti"])
        #expect(signer.thumbprint == (try key.jwk.thumbprint()))
    }

    @Test func `takes no symmetric key, which would stand in the proof`() throws {
        let key = try Forge.hs256()
        #expect(keyFault { () throws(KeyError) in try DPoPSigner(key) }?.code == .algorithmMismatch)
    }

    @Test(arguments: [
        "", "/orders", "api.example/orders", "ftp://x/", "https://", "https://u:p@x/", "https://x/\u{E9}",
    ])
    func `takes no target that is not an http URL`(_ url: String) throws {
        let signer = try DPoPSigner(SigningKey.generate(.es256))
        let error = #expect(throws: JWTError.self) { try signer.proof(method: "GET", url: url) }
        #expect(error?.claim == "htu")
    }
}
