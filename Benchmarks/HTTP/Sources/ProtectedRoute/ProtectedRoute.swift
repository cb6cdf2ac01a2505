#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif
import BearerAuth
import BearerAuthHummingbird
import Hummingbird
import JOSE
import Logging
import Passwords

/// The same route three times, bare and behind a token of HS256 and of ES256, so that one run compares them.
///
/// Prints the tokens, then serves until it is stopped: `GET /bare`, `/hs256`, `/es256`, `/es256-computed`.
@main
struct ProtectedRoute {
    static func main() async throws {
        if CommandLine.arguments.contains("--hash") { return try printHashTime() }
        let issuer = "http://127.0.0.1:8099"
        let router = Router()
        router.get("bare") { _, _ in "hello" }
        for (path, algorithm, remembers) in [
            ("hs256", SignatureAlgorithm.hs256, true), ("es256", .es256, true), ("es256-computed", .es256, false),
        ] {
            let key = try SigningKey.generate(algorithm)
            let signer = TokenSigner(key, issuer: issuer, audience: Audience(issuer), lifetime: .seconds(86_400))
            let claims: JSONObject = [
                "client_id": "tessera", "scope": "articles:read articles:write", "sid": "Xm1PzQ9Jr0i4yW3cG7tV5A",
            ]
            print("\(path) \(try signer.sign(subject: "kq2b1uV0S9eJx5yZP3wTnA", adding: claims))")
            let verifier = TokenVerifier(
                .accessToken(issuer: issuer, audience: Audience(issuer)),
                keys: [key.verifyingKey]
            )
            let auth = BearerAuth(verifier: verifier, options: .init(remembersSignatures: remembers))
            router.protected(by: auth).get(RouterPath(path)) { _, context in
                context.token.subject.isEmpty ? "nobody" : "hello"
            }
        }
        var logger = Logger(label: "benchmark")
        logger.logLevel = .error
        let application = Application(
            router: router,
            configuration: .init(address: .hostname("127.0.0.1", port: 8099)),
            onServerRunning: { _ in
                print("ready")
                // What reads this reads a pipe, which is not written line by line.
                fflush(nil)
            },
            logger: logger
        )
        try await application.runService()
    }

    /// Prints how many seconds one password hash takes on one thread, the median of several.
    static func printHashTime() throws {
        let (hasher, password) = (PasswordHasher(), Password("correct horse battery staple"))
        let hash = try hasher.hash(password)
        let times = (0..<15).map { _ in ContinuousClock().measure { _ = hasher.verify(password, hash) } }.sorted()
        print(Double(times[7].components.attoseconds) / 1e18 + Double(times[7].components.seconds))
    }
}
