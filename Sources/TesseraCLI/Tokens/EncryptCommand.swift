import ArgumentParser
import JOSE

extension TokenCommand {
    /// `tessera jwt encrypt`.
    struct Encrypt: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "encrypt",
            abstract: "Encrypt claims, or any bytes, for the holder of a key.",
            discussion: """
                Whoever has the key can encrypt: what must be trusted is signed as well, which --sign-key does first \
                (a nested token). With --lines every line of standard input is a JSON object of claims, and every line \
                of standard output its token.

                Example:
                  tessera jwt encrypt --key recipient.pub.jwk --claims claims.json
                """
        )

        @Option(help: ArgumentHelp("The recipient's key: JWK or PEM.", valueName: "file"), completion: .file())
        var key: String

        @Option(help: "How the content key is managed; needed where the key does not say.")
        var algorithm: KeyManagementArgument?

        @Option(help: "How the content is encrypted (default: A256GCM, or what the key says).")
        var encryption: ContentEncryptionArgument?

        @Option(help: "The header's typ.")
        var type = "JWT"

        @Option(
            help: ArgumentHelp("A JSON object; - is standard input (default: no claims).", valueName: "file"),
            completion: .file()
        )
        var claims: String?

        @Option(
            help: ArgumentHelp("Bytes to encrypt instead of claims; - is standard input.", valueName: "file"),
            completion: .file()
        )
        var payload: String?

        @Option(help: "The header's cty: what the payload is.")
        var contentType: String?

        @Option(help: ArgumentHelp("Signs the claims first: JWK or PEM.", valueName: "file"), completion: .file())
        var signKey: String?

        @Flag(help: "A JSON object a line on standard input, a token a line on standard output.")
        var lines = false

        func validate() throws {
            try FileInput.requireOneReader(
                of: key,
                claims,
                payload,
                signKey,
                lines ? FileInput.standardInput : nil,
                what: "the keys and the content"
            )
            guard claims == nil || payload == nil else {
                throw ValidationError("Give --claims or --payload, not both.")
            }
            guard !lines || claims == nil && payload == nil else {
                throw ValidationError("--lines reads the claims from standard input; give no --claims or --payload.")
            }
            guard signKey == nil || payload == nil && contentType == nil else {
                throw ValidationError("--sign-key signs claims, and says itself what the content is.")
            }
        }

        func run() async throws {
            let seal = try Seal(
                key: encryptionKey(),
                contentEncryption: encryption?.algorithm,
                type: type,
                contentType: contentType,
                signingKey: signKey.map { path throws(CommandFailure) in
                    try KeyMaterial.signingKey(in: path, algorithm: nil)
                }
            )
            if lines {
                try encryptLines(seal)
            } else if let payload {
                try Console.result(seal.token(of: FileInput.read(argument: payload)))
            } else {
                let claims = try Sign.claims(in: claims)
                try Console.result(seal.token(of: claims))
            }
        }

        private func encryptLines(_ seal: Seal) throws {
            var number = 0
            var fault: CommandFailure?
            let answers = LineAnswers()
            try answers.run { line, answer in
                number += 1
                guard fault == nil else { return false }
                do throws(CommandFailure) {
                    let claims = try? JSONObject(parsing: line)
                    guard let claims else { throw .no("line \(number) is not a JSON object") }
                    answer.append(contentsOf: try seal.token(of: claims).utf8)
                    answer.append(UInt8(ascii: "\n"))
                    return true
                } catch {
                    fault = error
                    return false
                }
            }
            if let fault { throw fault }
        }

        private func encryptionKey() throws(CommandFailure) -> EncryptionKey {
            let jwk = try KeyMaterial.only(in: key).jwk
            let contents = encryption.map { [$0.algorithm] } ?? []
            guard let algorithm else {
                return try KeyMaterial.usable(key, "encrypt") { () throws(KeyError) in try EncryptionKey(jwk: jwk) }
            }
            guard let wanted = algorithm.algorithms(contents).first else {
                throw .usage("--algorithm dir needs --encryption: the key is the content's own.")
            }
            return try KeyMaterial.usable(key, "encrypt") { () throws(KeyError) in
                try EncryptionKey(jwk: jwk, algorithm: wanted)
            }
        }
    }
}

/// Makes encrypted tokens, signed first where a key for that was given.
private struct Seal {
    let key: EncryptionKey
    let contentEncryption: ContentEncryptionAlgorithm?
    let type: String
    let contentType: String?
    let signingKey: SigningKey?

    func token(of claims: JSONObject) throws(CommandFailure) -> String {
        guard let signingKey else { return try token(of: claims.serialized()) }
        do throws(JWTError) {
            let header: JSONObject = type.isEmpty ? [:] : ["typ": .string(type)]
            let signed = try JWS.sign(payload: claims.serialized(), header: header, key: signingKey)
            return try JWE.encrypt(signed.utf8, for: key, using: contentEncryption, header: ["cty": "JWT"])
        } catch {
            throw .failed("The token cannot be made: \(error).")
        }
    }

    func token(of payload: [UInt8]) throws(CommandFailure) -> String {
        var header: JSONObject = [:]
        if !type.isEmpty { header["typ"] = .string(type) }
        if let contentType { header["cty"] = .string(contentType) }
        do throws(JWTError) {
            return try JWE.encrypt(payload, for: key, using: contentEncryption, header: header)
        } catch {
            throw .failed("The token cannot be encrypted: \(error).")
        }
    }
}
