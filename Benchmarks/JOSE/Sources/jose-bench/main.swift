import Crypto
import Foundation
import JOSE
import JWTKit

// Usage: jose-bench [ROUNDS [SECONDS]]; jose-bench loop COUNT [ES256] [sign], one thing alone for a profiler
if CommandLine.arguments.dropFirst().first == "loop" {
    let isElliptic = CommandLine.arguments.contains("ES256")
    let key = try SigningKey.generate(isElliptic ? .es256 : .hs256, keyID: "k")
    let audience = Audience("https://orders.example")
    let signer = TokenSigner(key, issuer: "https://id.example", audience: audience, lifetime: .seconds(3600))
    let more: JSONObject = ["client_id": "tessera", "scope": "orders:read orders:write"]
    let token = try signer.sign(subject: "mF9c3vO1kq2VZr0yT8sXaw", adding: more)
    let verifier = TokenVerifier(
        .accessToken(issuer: "https://id.example", audience: audience),
        keys: [key.verifyingKey]
    )
    let claims = try verifier.verify(token).claims
    let isSigning = CommandLine.arguments.last == "sign"
    for _ in 0..<(CommandLine.arguments.dropFirst(2).first.flatMap(Int.init) ?? 100_000) {
        if isSigning { _ = try signer.sign(claims) } else { _ = try verifier.verify(token) }
    }
    exit(0)
}

let rounds = CommandLine.arguments.dropFirst().first.flatMap(Int.init) ?? 41
let seconds = CommandLine.arguments.dropFirst(2).first.flatMap(Double.init) ?? 0.05

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

/// One family: this library, jwt-kit and bare swift-crypto take turns.
///
/// The column after the rates is this library's rate over theirs.
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

    try await compare(
        "\(name) verify, a token of \(token.utf8.count) bytes",
        rounds: rounds,
        seconds: seconds,
        [
            .plain("JOSE, String") { _ = try verifier.verify(token) },
            .waiting("jwt-kit 5.7.1") { _ = try await collection.verify(token, as: AccessToken.self) },
            .plain("swift-crypto bare, signature only", bareVerify),
            .plain("JOSE, bytes") { _ = try verifier.verify(bytes) },
            .plain("JOSE, claims decoded (Codable)") { _ = try verifier.verify(token, as: PlainAccessToken.self) },
        ]
    )
    try await compare(
        "\(name) sign",
        rounds: rounds,
        seconds: seconds,
        [
            .plain("JOSE, the same claims") { _ = try signer.sign(claims) },
            .waiting("jwt-kit 5.7.1") { _ = try await collection.sign(payload, kid: "k") },
            .plain("swift-crypto bare, signature only", bareSign),
            .plain("JOSE, a subject, a new jti") { _ = try signer.sign(subject: "mF9c3vO1kq2VZr0yT8sXaw") },
        ]
    )
    let one = median(try (0...rounds).map { _ in try rate(for: seconds) { _ = try verifier.verify(bytes) } })
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
