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

        @Option(help: ArgumentHelp("A JSON object; - is standard input (default: no claims).", valueName: "file"))
        var claims: String?

        func validate() throws {
            guard key != FileInput.standardInput || claims != FileInput.standardInput else {
                throw ValidationError("The key and the claims cannot both come from standard input.")
            }
        }

        func run() async throws {
            let key = try signingKey()
            var claims = try readClaims()
            if let expiresIn {
                let now = EpochClock.system.now
                let (expiry, overflow) = now.addingReportingOverflow(expiresIn.duration.components.seconds)
                guard !overflow else { throw CommandFailure.usage("--expires-in is too long.") }
                if claims["iat"] == nil { claims["iat"] = .number(JSONNumber(now)) }
                claims["exp"] = .number(JSONNumber(expiry))
            }
            let header: JSONObject = type.isEmpty ? [:] : ["typ": .string(type)]
            let token: String
            do throws(JWTError) {
                token = try JWS.sign(payload: claims.serialized(), header: header, key: key)
            } catch {
                throw CommandFailure.failed("The token cannot be signed: \(error).")
            }
            try Console.result(token)
        }

        private func signingKey() throws(CommandFailure) -> SigningKey {
            let keys = try KeyMaterial.all(in: KeyFile(reading: key), algorithm: algorithm?.algorithm)
            guard let material = keys.first, keys.count == 1 else {
                throw .usage("\(key) holds \(keys.count) keys; sign with a file that holds one.")
            }
            guard let algorithm = algorithm?.algorithm ?? material.impliedAlgorithm else {
                throw .usage("\(key) does not say for which algorithm it is: give --algorithm.")
            }
            do throws(KeyError) {
                return try SigningKey(jwk: material.jwk, algorithm: algorithm)
            } catch {
                throw .usage("\(key) cannot sign: \(error).")
            }
        }

        private func readClaims() throws(CommandFailure) -> JSONObject {
            guard let claims else { return [:] }
            let bytes = try FileInput.read(argument: claims)
            do throws(JSONError) {
                return try JSONObject(parsing: bytes)
            } catch {
                throw .usage("The claims are not a JSON object: \(error).")
            }
        }
    }
}
