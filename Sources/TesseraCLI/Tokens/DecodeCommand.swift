import ArgumentParser
import JOSE

extension TokenCommand {
    /// `tessera jwt decode`.
    struct Decode: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "decode",
            abstract: "Show a token's header and claims WITHOUT verifying anything.",
            discussion: """
                Example:
                  tessera jwt decode eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ1MSJ9.c2lnbmF0dXJl
                """
        )

        @Argument(help: "The token; - is standard input.")
        var token: String?

        func run() async throws {
            let bytes = try TokenArgument.bytes(token)
            let unverified: UnverifiedToken
            do throws(JWTError) {
                unverified = try UnverifiedToken(String(decoding: bytes, as: UTF8.self))
            } catch {
                throw CommandFailure.no("this is no token: \(TokenAnswer.explain(error))")
            }
            Console.say("Nothing was verified: anybody can write such a token.")
            let answer: JSONValue = ["header": .object(unverified.header), "claims": .object(unverified.claims)]
            try Console.result(answer.text)
        }
    }
}
