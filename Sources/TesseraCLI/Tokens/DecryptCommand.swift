import ArgumentParser
import JOSE

extension TokenCommand {
    /// `tessera jwt decrypt`.
    struct Decrypt: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "decrypt",
            abstract: "Decrypt a token and print what is in it.",
            discussion: """
                The content is printed as it is: that it decrypts says nothing about who wrote it. With --keys it must \
                be a signed token (a nested one), which is verified, and its claims are printed. With --lines every \
                line of standard input is a token, and every line of standard output the answer to it:
                {"valid":true,"header":{…},"claims":{…}}, or "payload" in base64url where it is no JSON object, or \
                {"valid":false,"error":"decryption_failed"}.

                Example:
                  tessera jwt decrypt --key recipient.jwk < token.jwe
                """
        )

        @Option(
            help: ArgumentHelp("The private key: JWK, a set of them, or PEM.", valueName: "file"),
            completion: .file()
        )
        var key: String

        @Option(help: "How the content key is managed; needed for keys that do not say. May be repeated.")
        var algorithm: [KeyManagementArgument] = []

        @Option(help: "A content encryption that is accepted; may be repeated (default: all).")
        var encryption: [ContentEncryptionArgument] = []

        @Option(help: ArgumentHelp("Verifies the token inside with these keys.", valueName: "file|url"))
        var keys: String?

        @OptionGroup(title: "For the token inside, with --keys") var rules: VerificationRules

        @Flag(help: "A token a line on standard input, a JSON object a line on standard output.")
        var lines = false

        @Argument(help: "The token; - is standard input.")
        var token: String?

        func validate() throws {
            try TokenArgument.requireNone(token, lines: lines)
            let source = TokenArgument.source(token, lines: lines)
            try FileInput.requireOneReader(of: key, keys, source, what: "the keys and the token")
            guard keys != nil || rules.isEmpty else {
                throw ValidationError("What the token inside must be is for --keys to check; give it too.")
            }
        }

        func run() async throws {
            let opener = Opener(
                keys: try decryptionKeys(),
                contentEncryptions: contentEncryptions,
                verifier: try await innerVerifier()
            )
            if lines {
                guard try LineAnswers().run(opener.answer) else { throw CommandFailure.no("") }
                return
            }
            let bytes = try TokenArgument.bytes(token)
            let content: [UInt8]
            do throws(JWTError) {
                content = try opener.open(bytes).content
            } catch {
                throw CommandFailure.no("the token is not valid: \(TokenAnswer.explain(error))")
            }
            try Console.write(content + [UInt8(ascii: "\n")])
        }

        private var contentEncryptions: [ContentEncryptionAlgorithm] {
            encryption.isEmpty ? ContentEncryptionAlgorithm.all : encryption.map(\.algorithm)
        }

        private func innerVerifier() async throws(CommandFailure) -> TokenVerifier? {
            guard let keys else { return nil }
            return try await rules.verifier(keys: keys)
        }

        private func decryptionKeys() throws(CommandFailure) -> DecryptionKeySet {
            let materials = try KeyMaterial.all(in: KeyFile(reading: key), algorithm: nil)
            let members = materials.map { JSONValue.object($0.jwk.members) }
            let algorithms = algorithm.flatMap { $0.algorithms(contentEncryptions) }
            let set: DecryptionKeySet
            do throws(KeyError) {
                let text = JSONValue.object(["keys": .array(members)]).serialized()
                set = try DecryptionKeySet(parsing: text, algorithms: algorithms)
            } catch {
                throw .usage("\(key) holds no usable keys: \(error).")
            }
            for key in set.unusable {
                Console.warn("key \(TextLogHandler.printable(key.keyID ?? "without id")) cannot be used: \(key.reason)")
            }
            guard !set.keys.isEmpty else { throw .usage("\(key) holds no key that decrypts.") }
            return set
        }
    }
}

/// Opens encrypted tokens, and verifies what is inside where that is asked for.
private struct Opener {
    let keys: DecryptionKeySet
    let contentEncryptions: [ContentEncryptionAlgorithm]
    let verifier: TokenVerifier?

    func open(_ token: some Collection<UInt8>) throws(JWTError) -> (header: JSONObject, content: [UInt8]) {
        guard let text = String(validating: token, as: UTF8.self) else { throw JWTError(.malformed) }
        guard let verifier else {
            let message = try JWE.decrypt(text, keys: keys, allowing: contentEncryptions)
            return (message.header, message.plaintext)
        }
        let inner = try verifier.decryptAndVerify(text, with: keys, allowing: contentEncryptions)
        return (inner.header.parameters, inner.payload)
    }

    func answer(_ line: UnsafeRawBufferPointer, _ answer: inout [UInt8]) -> Bool {
        do throws(JWTError) {
            let (header, content) = try open(line)
            var object: JSONObject = ["valid": true, "header": .object(header)]
            if let claims = try? JSONObject(parsing: content) {
                object["claims"] = .object(claims)
            } else {
                object["payload"] = .string(Base64URL.encode(content))
            }
            answer.append(contentsOf: object.serialized())
            answer.append(UInt8(ascii: "\n"))
            return true
        } catch {
            TokenAnswer.append(error, to: &answer)
            return false
        }
    }
}
