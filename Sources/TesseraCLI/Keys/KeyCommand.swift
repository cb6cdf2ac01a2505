import ArgumentParser
import JOSE

/// `tessera jwk …`: keys, without a server.
struct KeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jwk",
        abstract: "Make, show and convert keys (offline).",
        discussion: """
            Example:
              tessera jwk generate --algorithm ES256 > key.jwk
            """,
        subcommands: [Generate.self, Public.self, Thumbprint.self, Convert.self]
    )

    /// How a key is written.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case jwk
        case pem
    }
}

/// A signature algorithm on the command line.
struct AlgorithmArgument: ExpressibleByArgument {
    let algorithm: SignatureAlgorithm

    init?(argument: String) {
        guard let algorithm = SignatureAlgorithm(argument) else { return nil }
        self.algorithm = algorithm
    }

    static var allValueStrings: [String] { SignatureAlgorithm.all.map(\.name) }
}

extension KeyCommand {
    /// `tessera jwk generate`.
    struct Generate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "generate",
            abstract: "Make a new private key.",
            discussion: """
                The key's id is its RFC 7638 thumbprint unless --kid gives another.

                Example:
                  tessera jwk generate --algorithm Ed25519 --kid key-1 > key.jwk
                """
        )

        @Option(help: "What the key is for: a signature algorithm, a key management one, or a content encryption.")
        var algorithm: KeyAlgorithm

        @Option(help: "The curve, for the ECDH-ES algorithms.")
        var curve: CurveArgument?

        @Option(help: ArgumentHelp("The key's id.", valueName: "id"))
        var kid: String?

        @Option(help: "How to write the key.")
        var format = Format.jwk

        func validate() throws {
            guard kid?.isEmpty != true else { throw ValidationError("--kid is empty.") }
            if case .encryption(let algorithm) = algorithm, algorithm.name.hasPrefix("ECDH-ES") { return }
            guard curve == nil else { throw ValidationError("--curve is for the ECDH-ES algorithms.") }
        }

        func run() async throws {
            let key: JWK
            do throws(KeyError) {
                key =
                    switch algorithm {
                    case .signature(let algorithm): try SigningKey.generate(algorithm, keyID: kid).jwk
                    case .encryption(let algorithm):
                        try DecryptionKey.generate(algorithm, curve: curve?.curve ?? .p256, keyID: kid).jwk
                    }
            } catch {
                throw CommandFailure.failed("The key cannot be made: \(error).")
            }
            try Console.result(format == .pem ? KeyMaterial(jwk: key).pem() : key.serialized())
        }
    }

    /// `tessera jwk public`.
    struct Public: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "public",
            abstract: "Print the public half of a key, in the format it came in.",
            discussion: """
                Example:
                  tessera jwk public key.jwk > key.pub.jwk
                """
        )

        @Argument(help: "A JWK, a JWK set or a PEM file; - is standard input.")
        var file: String

        func run() async throws {
            let contents = try KeyFile(reading: file)
            if case .set(let keys) = contents {
                let shown = keys.compactMap { $0.publicJWK.map { JSONValue.object($0.members) } }
                if shown.count < keys.count { Console.warn("keys without a public half are left out") }
                try Console.result(JSONValue.object(["keys": .array(shown)]).text)
                return
            }
            for key in try KeyMaterial.all(in: contents, algorithm: nil) {
                let half = try key.publicHalf()
                try Console.result(half.isPEM ? half.pem() : half.jwk.serialized())
            }
        }
    }

    /// `tessera jwk thumbprint`.
    struct Thumbprint: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "thumbprint",
            abstract: "Print the RFC 7638 SHA-256 thumbprint of a key.",
            discussion: """
                Example:
                  tessera jwk thumbprint key.jwk
                """
        )

        @Argument(help: "A JWK, a JWK set or a PEM file; - is standard input.")
        var file: String

        func run() async throws {
            for key in try KeyMaterial.all(in: KeyFile(reading: file), algorithm: nil) {
                try Console.result(key.thumbprint())
            }
        }
    }

    /// `tessera jwk convert`.
    struct Convert: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "convert",
            abstract: "Convert a key between JWK and PEM.",
            discussion: """
                PKCS#8, SPKI, PKCS#1, SEC 1 and certificates are read; PKCS#8 and SPKI are written.

                Example:
                  tessera jwk convert --to pem key.jwk
                """
        )

        @Option(help: "The format to write.")
        var to: Format

        @Option(help: "The algorithm that the JWK shall name; PEM names none.")
        var algorithm: KeyAlgorithm?

        @Argument(help: "A JWK or PEM file; - is standard input.")
        var file: String

        func run() async throws {
            for key in try KeyMaterial.all(in: KeyFile(reading: file), algorithm: algorithm) {
                try Console.result(to == .pem ? key.pem() : key.jwk.serialized())
            }
        }
    }
}
