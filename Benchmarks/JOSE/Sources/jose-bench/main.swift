import Crypto
import Foundation
import JOSE
import JWTKit

// Usage: jose-bench [ROUNDS [SECONDS]]
let rounds = CommandLine.arguments.dropFirst().first.flatMap(Int.init) ?? 7
let seconds = CommandLine.arguments.dropFirst(2).first.flatMap(Double.init) ?? 0.5

let issuer = "https://id.example"
let audience = "https://orders.example"
let claims: JSONObject = [
    "iss": .string(issuer), "sub": "mF9c3vO1kq2VZr0yT8sXaw", "aud": .string(audience), "exp": 4_000_000_000,
    "iat": 1_700_000_000, "jti": "Zk3uQ0bS2pWx7yLr5nVt1A", "client_id": "tessera", "scope": "orders:read orders:write",
]
let payload = AccessToken(
    iss: .init(value: issuer),
    sub: "mF9c3vO1kq2VZr0yT8sXaw",
    aud: .init(value: [audience]),
    exp: .init(value: Date(timeIntervalSince1970: 4_000_000_000)),
    iat: .init(value: Date(timeIntervalSince1970: 1_700_000_000)),
    jti: .init(value: "Zk3uQ0bS2pWx7yLr5nVt1A"),
    clientID: "tessera",
    scope: "orders:read orders:write"
)
let profile = TokenProfile.accessToken(issuer: issuer, audience: .init(audience))

/// Runs an asynchronous operation of jwt-kit's key collection (an actor) on this thread's time.
func measureAsync(_ seconds: Double, _ operation: () async throws -> Void) async throws -> Double {
    let clock = ContinuousClock()
    let start = clock.now
    var count = 0
    repeat {
        for _ in 0..<64 { try await operation() }
        count += 64
    } while clock.now < start + .seconds(seconds)
    return Double(count) / ((clock.now - start) / .seconds(1))
}

func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

/// One family: ours, jwt-kit and bare swift-crypto take turns.
func family(
    _ name: String,
    key: SigningKey,
    collection: JWTKeyCollection,
    bareVerify: @escaping () throws -> Void,
    bareSign: @escaping () throws -> Void
) async throws {
    let signer = TokenSigner(key, issuer: issuer, audience: .init(audience), lifetime: .seconds(1800))
    let verifier = TokenVerifier(profile, keys: [key.verifyingKey])
    let token = try signer.sign(claims)
    let bytes = Array(token.utf8)
    _ = try await collection.verify(token, as: AccessToken.self)

    var peerVerify: [Double] = []
    var peerSign: [Double] = []
    for round in 0...rounds {
        let verifying = try await measureAsync(seconds) { _ = try await collection.verify(token, as: AccessToken.self) }
        let signing = try await measureAsync(seconds) { _ = try await collection.sign(payload, kid: "k") }
        if round > 0 {
            peerVerify.append(verifying)
            peerSign.append(signing)
        }
    }
    let verify = try compare(
        "\(name) verify, a token of \(token.utf8.count) bytes",
        rounds: rounds,
        seconds: seconds,
        [
            Candidate(name: "JOSE, String") { _ = try verifier.verify(token) },
            Candidate(name: "JOSE, bytes") { _ = try verifier.verify(bytes) },
            Candidate(name: "JOSE, claims decoded (Codable)") {
                _ = try verifier.verify(token, as: PlainAccessToken.self)
            },
            Candidate(name: "swift-crypto bare, signature only", operation: bareVerify),
        ]
    )
    print("  \(pad("jwt-kit 5.7.1", 44)) \(pad(thousands(median(peerVerify)), 12, left: true))/s")
    print(
        String(
            format: "  JOSE is %.1f x jwt-kit, %.3f of bare swift-crypto",
            verify[0] / median(peerVerify),
            verify[0] / verify[3]
        )
    )
    let sign = try compare(
        "\(name) sign",
        rounds: rounds,
        seconds: seconds,
        [
            Candidate(name: "JOSE, the same claims") { _ = try signer.sign(claims) },
            Candidate(name: "JOSE, subject with a new jti") { _ = try signer.sign(subject: "mF9c3vO1kq2VZr0yT8sXaw") },
            Candidate(name: "swift-crypto bare, signature only", operation: bareSign),
        ]
    )
    print("  \(pad("jwt-kit 5.7.1", 44)) \(pad(thousands(median(peerSign)), 12, left: true))/s")
    print(
        String(
            format: "  JOSE is %.1f x jwt-kit, %.3f of bare swift-crypto",
            sign[0] / median(peerSign),
            sign[0] / sign[2]
        )
    )
    let one = try rate(for: seconds) { _ = try verifier.verify(bytes) }
    let shared: @Sendable () throws -> Void = { _ = try verifier.verify(bytes) }
    let own = try (0..<2).map { _ -> @Sendable () throws -> Void in
        let key = try SigningKey(jwk: key.jwk)
        let verifier = TokenVerifier(profile, keys: [key.verifyingKey])
        let bytes = Array(token.utf8)
        return { _ = try verifier.verify(bytes) }
    }
    let together = twoThreads(rounds: rounds, seconds: seconds, [shared, shared])
    let apart = twoThreads(rounds: rounds, seconds: seconds, own)
    print("\n\(name) verify on two threads")
    print(String(format: "  sharing one verifier   %@/s   %.2f x one thread", thousands(together), together / one))
    print(String(format: "  a verifier a thread    %@/s   %.2f x one thread", thousands(apart), apart / one))
}

let secret = (0..<32).map { UInt8($0 * 7 + 1) }
let hmac = try SigningKey(secret: secret, algorithm: .hs256, keyID: "k")
let hmacKeys = JWTKeyCollection()
await hmacKeys.add(hmac: JWTKit.HMACKey(from: Data(secret)), digestAlgorithm: .sha256, kid: "k")
let hmacToken = try TokenSigner(hmac, issuer: issuer, audience: .init(audience), lifetime: .seconds(60)).sign(claims)
let hmacDot = hmacToken.lastIndex(of: ".") ?? hmacToken.endIndex
let hmacInput = Data(hmacToken[..<hmacDot].utf8)
let hmacCode = Data(Base64URL.decode(String(hmacToken[hmacToken.index(after: hmacDot)...])) ?? [])
let symmetric = SymmetricKey(data: secret)

try await family(
    "HS256",
    key: hmac,
    collection: hmacKeys,
    bareVerify: {
        guard HMAC<SHA256>.isValidAuthenticationCode(hmacCode, authenticating: hmacInput, using: symmetric) else {
            throw CancellationError()
        }
    },
    bareSign: { _ = HMAC<SHA256>.authenticationCode(for: hmacInput, using: symmetric) }
)

let ec = P256.Signing.PrivateKey()
let ecKey = try SigningKey(pem: ec.pemRepresentation, algorithm: .es256, keyID: "k")
let ecKeys = JWTKeyCollection()
await ecKeys.add(ecdsa: try ES256PrivateKey(pem: ec.pemRepresentation), kid: "k")
let ecSignature = try ec.signature(for: SHA256.hash(data: hmacInput)).rawRepresentation
let ecPublic = ec.publicKey

try await family(
    "ES256",
    key: ecKey,
    collection: ecKeys,
    bareVerify: {
        let signature = try P256.Signing.ECDSASignature(rawRepresentation: ecSignature)
        guard ecPublic.isValidSignature(signature, for: SHA256.hash(data: hmacInput)) else { throw CancellationError() }
    },
    bareSign: { _ = try ec.signature(for: SHA256.hash(data: hmacInput)).rawRepresentation }
)
