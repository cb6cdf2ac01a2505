import ArgumentParser

/// `tessera jwt …`: tokens, without a server.
struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jwt",
        abstract: "Sign, verify, encrypt, decrypt and look into tokens (offline).",
        discussion: """
            Example:
              tessera jwt sign --key key.jwk --claims claims.json --expires-in 30m
            """,
        subcommands: [Sign.self, Verify.self, Decode.self, Encrypt.self, Decrypt.self]
    )
}

/// A token on the command line, or on standard input.
enum TokenArgument {
    /// Larger than any token that could be accepted, so that the answer is "too large" and not a failure to read.
    private static let limit = 16 << 20

    /// What the argument names, as a source of input: a token given as it is reads nothing.
    static func source(_ argument: String?, lines: Bool) -> String? {
        lines || argument == nil ? FileInput.standardInput : argument
    }

    /// Refuses a token beside `--lines`, which reads tokens from standard input.
    static func requireNone(_ argument: String?, lines: Bool) throws {
        guard !lines || argument == nil || argument == FileInput.standardInput else {
            throw ValidationError("--lines reads the tokens from standard input; give no token.")
        }
    }

    /// The token's bytes, exactly as given; on standard input one trailing newline is dropped.
    static func bytes(_ argument: String?) throws(CommandFailure) -> [UInt8] {
        if let argument, argument != FileInput.standardInput { return Array(argument.utf8) }
        var bytes = try FileInput.readStandardInput(limit: limit)
        if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
        return bytes
    }
}

/// A duration on the command line.
struct DurationArgument: ExpressibleByArgument {
    let duration: Duration

    init?(argument: String) {
        guard let duration = DurationText.parse(argument) else { return nil }
        self.duration = duration
    }
}
