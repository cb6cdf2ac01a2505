import ArgumentParser
import JOSE

extension TokenCommand {
    /// `tessera jwt sign`.
    struct Sign: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "sign",
            abstract: "Sign claims as one compact token.",
            discussion: """
                The claims are signed as they are; --expires-in adds iat and exp.

                Example:
                  echo '{"sub":"u1"}' | tessera jwt sign --key key.jwk --claims -
                """
        )

        @Option(help: ArgumentHelp("A private key: JWK or PEM.", valueName: "file"))
        var key: String

        @Option(help: "Needed where the key does not say for which algorithm it is.")
        var algorithm: AlgorithmArgument?

        @Option(help: "The header's typ.")
        var type = "JWT"

        @Option(help: ArgumentHelp("Adds iat and exp.", valueName: "duration"))
        var expiresIn: DurationArgument?

        @Option(
            help: ArgumentHelp("A JSON object; - is standard input (default: no claims).", valueName: "file"),
            completion: .file()
        )
        var claims: String?

        @Flag(help: "Sign the bytes of --claims as they are, whatever they are, and leave them out of the result.")
        var detached = false

        func validate() throws {
            try FileInput.requireOneReader(of: key, claims, what: "the key and the claims")
            guard !detached || claims != nil && expiresIn == nil else {
                throw ValidationError("--detached signs the bytes of --claims as they are; give no --expires-in.")
            }
        }

        func run() async throws {
            let key = try KeyMaterial.signingKey(in: key, algorithm: algorithm?.algorithm)
            if detached, let claims {
                let content = try FileInput.read(argument: claims, limit: 64 << 20)
                try Console.result(Self.sign(content, header: [:], key, options: .detached))
                return
            }
            var claims = try Self.claims(in: claims)
            if let expiresIn {
                let now = EpochClock.system.now
                let (expiry, overflow) = now.addingReportingOverflow(expiresIn.duration.components.seconds)
                guard !overflow else { throw CommandFailure.usage("--expires-in is too long.") }
                if claims["iat"] == nil { claims["iat"] = .number(JSONNumber(now)) }
                claims["exp"] = .number(JSONNumber(expiry))
            }
            let header: JSONObject = type.isEmpty ? [:] : ["typ": .string(type)]
            try Console.result(Self.sign(claims.serialized(), header: header, key))
        }

        private static func sign(
            _ payload: [UInt8],
            header: JSONObject,
            _ key: SigningKey,
            options: JWS.Options = []
        ) throws(CommandFailure) -> String {
            do throws(JWTError) {
                return try JWS.sign(payload: payload, header: header, key: key, options: options)
            } catch {
                throw .failed("The token cannot be signed: \(error).")
            }
        }

        /// The claims of a file; none where there is no file.
        static func claims(in file: String?) throws(CommandFailure) -> JSONObject {
            guard let file else { return [:] }
            let bytes = try FileInput.read(argument: file)
            do throws(JSONError) {
                return try JSONObject(parsing: bytes)
            } catch {
                throw .usage("The claims are not a JSON object: \(error).")
            }
        }
    }
}
