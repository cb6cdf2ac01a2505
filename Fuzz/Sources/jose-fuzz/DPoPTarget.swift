import JOSE

extension FuzzTarget {
    /// DPoP proofs: nothing passes without its key's signature, and what passes is for this request.
    ///
    /// The first character chooses: `s` signs a header and claims divided by a line break, in which `@` stands for the
    /// public key, `u` makes a proof for any URL, `e` changes an honest proof at places, any other stands before a
    /// whole text.
    static let dpopProof = FuzzTarget(name: "dpop-proof") { data in
        guard let choice = data.first else { return }
        let rest = Array(data.dropFirst())
        let prover = Prover.shared
        switch choice {
        case UInt8(ascii: "s"):
            let parts = rest.split(separator: UInt8(ascii: "\n"), maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { return }
            checkSigned(prover.withKey(parts[0]), prover.withKey(parts[1]), prover)
        case UInt8(ascii: "u"):
            let url = String(decoding: rest, as: UTF8.self)
            guard let text = try? prover.signer.proof(method: Prover.method, url: url) else { return }
            let proof = prover.verdict(text, url: url)
            require(proof?.thumbprint == prover.signer.thumbprint, "a proof for a URL passes for it")
            if prover.verdict(text, url: Prover.url) != nil {
                require(url.lowercased().hasPrefix("https:"), "a proof is for the request's own target")
                require(prover.verdict(prover.honest, url: url) != nil, "equal targets are equal either way")
            }
        case UInt8(ascii: "e"):
            let changed = edited(prover.honest.bytes, by: rest)
            let passes = prover.verdict(String(decoding: changed, as: UTF8.self)) != nil
            require(passes == (changed == prover.honest.bytes), "only the honest proof passes")
        default:
            require(prover.verdict(String(decoding: rest, as: UTF8.self)) == nil, "no proof passes without a signature")
        }
    }

    private static func checkSigned(_ header: [UInt8], _ claims: [UInt8], _ prover: Prover) {
        let input = Base64URL.encode(header) + "." + Base64URL.encode(claims)
        guard let signature = try? prover.key.sign(input.utf8) else { fatalError("a key signs") }
        guard let proof = prover.verdict(input + "." + Base64URL.encode(signature)) else { return }
        guard let header = try? JSONObject(parsing: header, limits: .header),
            let claims = try? JSONObject(parsing: claims)
        else { fatalError("what passes is JSON") }
        require(header["typ"] == "dpop+jwt" && header["alg"] == "ES256", "a proof says what it is")
        require(header["crit"] == nil && header["b64"] == nil, "a proof asks for no extension")
        require(header["jwk"]?["d"] == nil, "a proof has no private key")
        require(proof.thumbprint == prover.signer.thumbprint, "a proof is its key's")
        require(proof.claims == claims, "the claims are the proof's")
        require(claims["htm"] == .string(Prover.method), "a proof is for the method")
        require(claims["htu"]?.stringValue?.lowercased().hasPrefix("https:") ?? false, "a proof is for the URL")
        require(claims["jti"]?.stringValue.map { !$0.isEmpty && $0.utf8.count <= 256 } ?? false, "a jti is bounded")
        let issuedAt = claims["iat"]?.doubleValue ?? 0
        require(abs(issuedAt - Double(FuzzKeys.now)) <= 70, "a proof is new")
    }
}

/// Who makes proofs, with a key that is new in every process.
private struct Prover: Sendable {
    static let method = "POST"
    static let url = "https://id.example/token"

    static let shared: Prover = {
        do {
            return try Prover()
        } catch {
            fatalError("no key")
        }
    }()

    let key: SigningKey
    let signer: DPoPSigner
    let honest: String
    private let clock = EpochClock { FuzzKeys.now }

    private init() throws {
        key = try SigningKey.generate(.es256)
        signer = try DPoPSigner(key, clock: clock)
        honest = try signer.proof(method: Self.method, url: Self.url)
    }

    /// A text with the public key for every `@`.
    func withKey(_ text: ArraySlice<UInt8>) -> [UInt8] {
        let jwk = Array(key.verifyingKey.jwk.serialized().utf8)
        return text.flatMap { $0 == UInt8(ascii: "@") ? jwk : [$0] }
    }

    /// What a new verifier, which has seen nothing, makes of a proof.
    func verdict(_ proof: String, url: String = url) -> DPoPProof? {
        let verifier = DPoPVerifier(replays: InMemoryReplayStore(clock: clock), clock: clock)
        // Nothing in it waits, so that it has ended when the line after it is reached.
        nonisolated(unsafe) var answer: DPoPProof??
        Task.immediate { answer = .some(try? await verifier.verify(proof, method: Self.method, url: url)) }
        guard let answer else { fatalError("a verifier with its replays in memory does not wait") }
        return answer
    }
}
