import JOSE
import Testing

/// Makes DPoP proofs that no honest client makes, and a verifier for them.
struct ProofForge {
    static let url = "https://api.example/orders?page=2#top"
    static let target = "https://api.example/orders"

    let key: SigningKey
    let replays: InMemoryReplayStore
    let verifier: DPoPVerifier

    init(now: Int64 = Forge.now, algorithms: [SignatureAlgorithm] = SignatureAlgorithm.all, capacity: Int = 100) throws
    {
        key = try SigningKey.generate(.es256)
        replays = InMemoryReplayStore(capacity: capacity, clock: EpochClock { now })
        verifier = DPoPVerifier(algorithms: algorithms, replays: replays, clock: EpochClock { now })
    }

    /// The public members of a key, as a proof carries them.
    static func members(_ key: SigningKey) throws -> JSONObject {
        var members = try #require(key.jwk.publicJWK?.members)
        // Of an ML-DSA key "alg" is a part (RFC 9964 §3).
        for name in ["kid", "use"] + (members["kty"] == "AKP" ? [] : ["alg"]) { members[name] = nil }
        return members
    }

    /// A proof with a real signature, its claims honest but for the changes.
    func proof(
        signedBy signer: SigningKey? = nil,
        _ change: (inout JSONObject) -> Void = { _ in }
    ) throws -> String {
        try forgery(header: { _ in }, signedBy: signer, change)
    }

    /// A proof with a real signature, honest but for the changes.
    func forgery(
        header change: (inout JSONObject) -> Void,
        signedBy signer: SigningKey? = nil,
        _ changeClaims: (inout JSONObject) -> Void = { _ in }
    ) throws -> String {
        let signer = signer ?? key
        var header: JSONObject = [
            "typ": "dpop+jwt", "alg": .string(signer.algorithm.name), "jwk": .object(try Self.members(signer)),
        ]
        change(&header)
        var claims: JSONObject = [
            "jti": "p1", "htm": "GET", "htu": .string(Self.target), "iat": .number(JSONNumber(Forge.now)),
        ]
        changeClaims(&claims)
        return try Forge.token(header.text, claims.text, signedBy: signer)
    }

    /// Why a proof is refused, without an access token; nil where it is taken.
    func refusal(
        of proof: String,
        method: String = "GET",
        url: String = url,
        nonces: [String] = [],
        thumbprint: String? = nil
    ) async -> JWTError? {
        do throws(JWTError) {
            _ = try await verifier.verify(proof, method: method, url: url, nonces: nonces, thumbprint: thumbprint)
            return nil
        } catch {
            return error
        }
    }

    /// An access token bound by a `cnf`, or not bound at all, and what verifies it.
    static func accessToken(_ confirmation: JSONValue?) throws -> (text: String, verifier: TokenVerifier) {
        let key = try Forge.hs256()
        var claims = Claims.honest
        if let confirmation { claims["cnf"] = confirmation }
        return (try Forge.claims(claims.text, signedBy: key), Forge.verifier(Claims.profile, key.verifyingKey))
    }

    /// Why an access token and its proof are refused together; nil where they are taken.
    func refusal(of token: (text: String, verifier: TokenVerifier), with proof: String) async -> JWTError? {
        do throws(JWTError) {
            _ = try await verifier.verify(
                token.text,
                by: token.verifier,
                proof: proof,
                method: "GET",
                url: Self.url
            )
            return nil
        } catch {
            return error
        }
    }
}
