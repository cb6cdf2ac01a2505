import JOSE
import Testing

/// A key in a module that does as it is told.
private struct Module: ExternalSigner {
    let verifyingKey: VerifyingKey
    let answer: @Sendable ([UInt8]) async throws -> [UInt8]

    func sign(_ message: [UInt8]) async throws -> [UInt8] { try await answer(message) }
}

@Suite struct `An external signer` {
    struct Outage: Error, Equatable {}

    @Test(arguments: SignatureAlgorithm.all)
    func `signs tokens that a verifier takes, with the header of any other signer`(
        _ algorithm: SignatureAlgorithm
    ) async throws {
        let key = try SigningKey.generate(algorithm, keyID: "k")
        let module = Module(verifyingKey: key.verifyingKey) { try key.sign($0) }
        #expect(module.algorithm == algorithm)
        #expect(module.keyID == "k")
        let signer = ExternalTokenSigner(
            module,
            issuer: Forge.issuer,
            audience: "orders",
            lifetime: .seconds(60),
            clock: Forge.clock
        )
        let local = TokenSigner(
            key,
            issuer: Forge.issuer,
            audience: "orders",
            lifetime: .seconds(60),
            clock: Forge.clock
        )
        let profile = TokenProfile(type: "at+jwt", issuer: .exact(Forge.issuer), audiences: ["orders"])
        let verifier = Forge.verifier(profile, key.verifyingKey)
        let text = try await signer.sign(subject: "u1")
        let token = try verifier.verify(text)
        #expect(token.subject == "u1")
        #expect(token.expiresAt == Forge.now + 60)
        #expect(try token.claims.names == verifier.verify(local.sign(subject: "u1")).claims.names)
        #expect(try text.prefix { $0 != "." } == local.sign(subject: "u1").prefix { $0 != "." })
        #expect(try await verifier.verify(signer.sign(subject: "u1", adding: ["x": 1] as JSONObject))["x"] == 1)
        #expect(try await verifier.verify(signer.sign(subject: "u1", adding: ["x": "y"]))["x"] == "y")
        let exact = try await signer.sign(["iss": .string(Forge.issuer), "aud": "orders"])
        #expect(try verifier.verify(exact).claims.names == ["iss", "aud"])
    }

    @Test func `whose result is not the key's signature is not used`() async throws {
        let key = try SigningKey.generate(.es256, keyID: "k")
        let other = try SigningKey.generate(.es256, keyID: "k")
        let answers: [@Sendable ([UInt8]) async throws -> [UInt8]] = [
            { try other.sign($0) }, { try key.sign($0 + [0]) }, { _ in [] }, { _ in [UInt8](repeating: 0, count: 64) },
            { try key.sign($0) + [0] }, { message in DER.ecdsa(try key.sign(message)) },
        ]
        for answer in answers {
            let module = Module(verifyingKey: key.verifyingKey, answer: answer)
            let signer = ExternalTokenSigner(module, issuer: "i", audience: "a", lifetime: .seconds(60))
            let error = await #expect(throws: JWTError.self) { try await signer.sign(subject: "u1") }
            #expect(error?.code == .signingFailed)
            let refused = await #expect(throws: JWTError.self) {
                try await JWS.sign(payload: [1], signers: [key, module] as [any ExternalSigner])
            }
            #expect(refused?.code == .signingFailed)
        }
    }

    @Test func `that fails says so itself`() async throws {
        let key = try SigningKey.generate(.es256)
        let module = Module(verifyingKey: key.verifyingKey) { _ in throw Outage() }
        await #expect(throws: Outage()) { try await JWS.sign(payload: [1], signer: module) }
        let signer = ExternalTokenSigner(module, issuer: "i", audience: "a", lifetime: .seconds(60))
        await #expect(throws: Outage()) { try await signer.sign(subject: "u1") }
    }

    @Test func `signs any payload, compact and in JSON, beside keys at hand`() async throws {
        let key = try SigningKey.generate(.ed25519, keyID: "far")
        let near = try SigningKey.generate(.es384, keyID: "near")
        let module = Module(verifyingKey: key.verifyingKey) { try key.sign($0) }
        let keys: KeySet = [key.verifyingKey, near.verifyingKey]
        for options in [[], .detached, .unencoded, [.detached, .unencoded]] as [JWS.Options] {
            let compact = try await JWS.sign(payload: [0x61], header: ["cty": "x"], signer: module, options: options)
            // Ed25519 is deterministic: the same text as from the key itself.
            #expect(try compact == JWS.sign(payload: [0x61], header: ["cty": "x"], key: key, options: options))
            let both: [any ExternalSigner] = [module, near]
            let json = try await JWS.sign(payload: [0x61], signers: both, options: options)
            let verified =
                options.contains(.detached)
                ? try JWS.verify(json: json, detached: [0x61], keys: keys) : try JWS.verify(json: json, keys: keys)
            #expect(verified.signatures.map(\.keyID) == ["far", "near"])
        }
        let none: [any ExternalSigner] = []
        await #expect(throws: JWTError.self) { try await JWS.sign(payload: [1], signers: none) }
        await #expect(throws: JWTError.self) { try await JWS.sign(payload: [1], header: ["crit": []], signer: module) }
    }
}

@Suite struct `An ECDSA signature in DER` {
    @Test(arguments: [SignatureAlgorithm.es256, .es384, .es512])
    func `becomes the one of a JWS, whatever zeros it leads with`(_ algorithm: SignatureAlgorithm) throws {
        let key = try SigningKey.generate(algorithm)
        for _ in 0..<40 {
            let raw = try key.sign([1])
            #expect(try algorithm.signature(fromDER: DER.ecdsa(raw)) == raw)
        }
        let size = try key.sign([1]).count / 2
        for r in [[1], [0x80], [0x7F, 0xFF], [UInt8](repeating: 0xFF, count: size)] as [[UInt8]] {
            let raw = try algorithm.signature(fromDER: DER.sequence(DER.integer(r), DER.integer([1])))
            #expect(
                raw == [UInt8](repeating: 0, count: size - r.count) + r + [UInt8](repeating: 0, count: size - 1) + [1]
            )
        }
    }

    @Test func `of any other spelling is refused`() throws {
        let one: [UInt8] = [2, 1, 1]
        let cases: [[UInt8]] = [
            [], [0x30], [0x30, 0], DER.sequence(one), DER.sequence(one, one, one), DER.sequence(one, one) + [0],
            DER.sequence([2, 1, 0], one), DER.sequence(one, [2, 1, 0]), DER.sequence([2, 1, 0x80], one),
            DER.sequence([2, 2, 0, 1], one), DER.sequence([2, 0], one), DER.sequence([2, 0x81, 1, 1], one),
            [0x30, 0x81, 6] + one + one, [0x30, 0x80] + one + one + [0, 0], [0x31, 6] + one + one,
            DER.sequence(DER.integer([UInt8](repeating: 0xFF, count: 33)), one), DER.sequence([4, 1, 1], one),
            [UInt8](repeating: 0, count: 64), [UInt8](repeating: 0x30, count: 100_000),
        ]
        for bytes in cases {
            #expect(throws: JWTError(.signatureInvalid)) { try SignatureAlgorithm.es256.signature(fromDER: bytes) }
        }
        for algorithm in SignatureAlgorithm.all where !algorithm.name.hasPrefix("ES") {
            let error = #expect(throws: JWTError.self) { try algorithm.signature(fromDER: DER.sequence(one, one)) }
            #expect(error?.code == .algorithmNotAllowed)
        }
    }
}

extension DER {
    /// A JWS's ECDSA signature as ECDSA-Sig-Value.
    static func ecdsa(_ raw: [UInt8]) -> [UInt8] {
        sequence(integer(Array(raw.prefix(raw.count / 2))), integer(Array(raw.suffix(raw.count / 2))))
    }
}
