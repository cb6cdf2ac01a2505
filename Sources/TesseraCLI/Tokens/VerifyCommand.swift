import ArgumentParser
import JOSE

extension TokenCommand {
    /// `tessera jwt verify`.
    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "verify",
            abstract: "Verify a token and print its claims.",
            discussion: """
                The keys' own alg decides; --algorithm is needed for keys that have none. With --lines every line of \
                standard input is a token, and every line of standard output the answer to it:
                {"valid":true,"header":{…},"claims":{…}} or {"valid":false,"error":"signature_invalid"}.

                Example:
                  tessera jwt verify --keys key.pub.jwk --audience orders < token.jwt
                """
        )

        @Option(help: ArgumentHelp("A JWK set, a JWK or PEM; an https URL fetches a set.", valueName: "file|url"))
        var keys: String

        @Option(help: "An algorithm that is accepted; may be repeated.")
        var algorithm: [AlgorithmArgument] = []

        @Option(help: "What iss must be.")
        var issuer: String?

        @Option(help: "What aud must name; of several one is enough.")
        var audience: [String] = []

        @Option(help: "What typ must be.")
        var type: String?

        @Option(help: ArgumentHelp("How far clocks may differ, up to 300s (default: 0s).", valueName: "duration"))
        var leeway: DurationArgument?

        @Option(help: ArgumentHelp("Verify as of this second since 1970 (default: now).", valueName: "epoch"))
        var at: Int64?

        @Flag(help: "A token a line on standard input, a JSON object a line on standard output.")
        var lines = false

        @Argument(help: "The token; - is standard input.")
        var token: String?

        func validate() throws {
            if let leeway, leeway.duration > .seconds(300) {
                throw ValidationError("--leeway is at most 300s.")
            }
            if lines, let token, token != FileInput.standardInput {
                throw ValidationError("--lines reads the tokens from standard input; give no token.")
            }
            if keys == FileInput.standardInput, lines || token == nil || token == FileInput.standardInput {
                throw ValidationError("The keys and the token cannot both come from standard input.")
            }
        }

        func run() async throws {
            let verifier = try await makeVerifier()
            if lines {
                guard try LineVerifier(verifier).run() else { throw CommandFailure.no("") }
                return
            }
            let bytes = try TokenArgument.bytes(token)
            let token: VerifiedToken
            do throws(JWTError) {
                token = try verifier.verify(bytes)
            } catch {
                throw CommandFailure.no("the token is not valid: \(TokenAnswer.explain(error))")
            }
            try Console.result(token.claims.text)
        }

        private func makeVerifier() async throws(CommandFailure) -> TokenVerifier {
            var profile = TokenProfile.any
            profile.type = type
            profile.issuer = issuer
            profile.audiences = audience
            profile.leeway = leeway?.duration ?? .zero
            profile.allowedAlgorithms = algorithm.isEmpty ? nil : algorithm.map(\.algorithm)
            let clock = at.map { moment in EpochClock { moment } } ?? .system
            return TokenVerifier(profile, keys: try await readKeys(), clock: clock)
        }

        private func readKeys() async throws(CommandFailure) -> KeySet {
            let file =
                RemoteKeys.isURL(keys)
                ? try KeyFile(parsing: await RemoteKeys.fetch(keys), name: keys) : try KeyFile(reading: keys)
            return try VerificationKeys.keySet(in: file, name: keys, algorithms: algorithm.map(\.algorithm))
        }
    }
}
