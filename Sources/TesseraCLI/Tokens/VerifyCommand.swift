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

        @OptionGroup var rules: VerificationRules

        @Option(
            help: ArgumentHelp("The content of a detached signature; prints the header.", valueName: "file"),
            completion: .file()
        )
        var detached: String?

        @Flag(help: "A token a line on standard input, a JSON object a line on standard output.")
        var lines = false

        @Argument(help: "The token; - is standard input.")
        var token: String?

        func validate() throws {
            try TokenArgument.requireNone(token, lines: lines)
            let source = TokenArgument.source(token, lines: lines)
            try FileInput.requireOneReader(of: keys, detached, source, what: "the keys, the token and the content")
            guard detached == nil || !lines && rules.isEmpty else {
                throw ValidationError("--detached is for any content: give no rules for claims, and no --lines.")
            }
        }

        func run() async throws {
            if let detached { return try await verifyDetached(detached) }
            let verifier = try await rules.verifier(keys: keys, algorithms: algorithm.map(\.algorithm))
            if lines {
                var answers = LineVerifier(verifier)
                guard try LineAnswers().run({ answers.answer($0, &$1) }) else { throw CommandFailure.no("") }
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

        private func verifyDetached(_ content: String) async throws {
            let keys = try await VerificationKeys.read(keys, algorithms: algorithm.map(\.algorithm))
            let payload = try FileInput.read(argument: content, limit: 64 << 20)
            let bytes = try TokenArgument.bytes(token)
            let header: JSONObject
            do throws(JWTError) {
                guard let text = String(validating: bytes, as: UTF8.self) else { throw JWTError(.malformed) }
                header = try JWS.verify(text, detached: payload, keys: keys, maximumSize: 64 << 20).header
            } catch {
                throw CommandFailure.no("the signature is not valid: \(TokenAnswer.explain(error))")
            }
            try Console.result(header.text)
        }
    }
}
