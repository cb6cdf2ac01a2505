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
import NIOCore
import Passwords

/// The same route three times, bare and behind a token of HS256 and of ES256, so that one run compares them.
///
/// Prints the tokens, then serves until it is stopped: `GET /bare`, `/hs256`, `/es256`, `/es256-computed`; with
/// `--es256 ISSUER` or `--hs256 ISSUER SECRET` also `/es256-followed` and `/hs256-followed`, for tokens of a running
/// server whose revocations are followed.
@main
struct ProtectedRoute {
    static func main() async throws {
        if CommandLine.arguments.contains("--hash") { return try await printHashRate() }
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
            if path == "es256" { print("public-key", try key.verifyingKey.jwk.pem().split(separator: "\n").joined(separator: "\\n")) }
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
        let followed = try followed(logger)
        for (path, auth) in followed {
            router.protected(by: auth).get(RouterPath(path)) { _, context in
                context.token.subject.isEmpty ? "nobody" : "hello"
            }
        }
        let application = Application(
            router: router,
            configuration: .init(address: .hostname("127.0.0.1", port: 8099)),
            services: followed.map(\.1),
            onServerRunning: { _ in
                print("ready")
                // What reads this reads a pipe, which is not written line by line.
                fflush(nil)
            },
            logger: logger
        )
        try await application.runService()
    }

    /// The routes whose tokens a running server gives out and revokes.
    private static func followed(_ logger: Logger) throws -> [(String, BearerAuth)] {
        var options = BearerAuth.Options()
        options.logger = logger
        var routes: [(String, BearerAuth)] = []
        if let issuer = value(of: "--es256") {
            routes.append(("es256-followed", try BearerAuth(issuer: issuer, options: options)))
        }
        if let issuer = value(of: "--hs256"), let secret = value(of: "--hs256", at: 2) {
            let key = try VerifyingKey(secret: Array(secret.utf8), algorithm: .hs256)
            routes.append(("hs256-followed", try BearerAuth(issuer: issuer, keys: [key], options: options)))
        }
        return routes
    }

    private static func value(of flag: String, at distance: Int = 1) -> String? {
        guard let index = CommandLine.arguments.firstIndex(of: flag) else { return nil }
        return CommandLine.arguments.dropFirst(index + distance).first
    }

    /// Prints how many password hashes a second all cores do together, on threads that do nothing else.
    static func printHashRate() async throws {
        let (hasher, password) = (PasswordHasher(), Password("correct horse battery staple"))
        let hash = try hasher.hash(password)
        let (begun, cores) = (ContinuousClock.now, System.coreCount)
        let done = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<cores {
                group.addTask {
                    var done = 0
                    while ContinuousClock.now - begun < .seconds(3) {
                        _ = hasher.verify(password, hash)
                        done += 1
                    }
                    return done
                }
            }
            var all = 0
            for await done in group { all += done }
            return all
        }
        let time = ContinuousClock.now - begun
        print(Double(done) / (Double(time.components.attoseconds) / 1e18 + Double(time.components.seconds)))
    }
}
