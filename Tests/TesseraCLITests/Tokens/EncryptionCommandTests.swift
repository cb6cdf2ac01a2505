import Foundation
import JOSE
import Testing

@testable import TesseraCLI

@Suite struct EncryptionCommandTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func run(_ arguments: [String], input: String = "") throws -> BuiltBinary.Result {
        try BuiltBinary.run(["jwt"] + arguments, input: input)
    }

    private func key(_ algorithm: String, _ more: String...) throws -> String {
        let made = try BuiltBinary.run(["jwk", "generate", "--algorithm", algorithm] + more)
        try #require(made.status == 0, "\(made.errors)")
        return try directory.write(made.output, to: "\(UUID().uuidString).jwk")
    }

    private func publicHalf(of file: String) throws -> String {
        try directory.write(BuiltBinary.run(["jwk", "public", file]).output, to: "\(UUID().uuidString).pub.jwk")
    }

    @Test(arguments: KeyAlgorithm.allValueStrings.filter { SignatureAlgorithm($0) == nil })
    func `what is encrypted decrypts, with every algorithm`(algorithm: String) throws {
        let file = try key(algorithm)
        let token = try run(["encrypt", "--key", file, "--claims", "-"], input: #"{ "sub": "u1" }"#)
        #expect(token.status == 0, "\(token.errors)")
        let opened = try run(["decrypt", "--key", file], input: token.output)
        #expect(opened.status == 0, "\(opened.errors)")
        #expect(opened.output == #"{"sub":"u1"}"# + "\n")
    }

    @Test(arguments: AgreementCurve.all.map(\.name))
    func `the public half encrypts, on every curve`(curve: String) throws {
        let file = try key("ECDH-ES+A256KW", "--curve", curve)
        let token = try run(["encrypt", "--key", publicHalf(of: file), "--claims", "-"], input: #"{"sub":"u1"}"#)
        #expect(try run(["decrypt", "--key", file], input: token.output).output == #"{"sub":"u1"}"# + "\n")
        #expect(try run(["decrypt", "--key", publicHalf(of: file)], input: token.output).status == 2)
    }

    @Test func `any bytes go in and come out`() throws {
        let file = try key("A256KW")
        let content = try directory.write("no JSON\u{0}at all", to: "content")
        let token = try run(["encrypt", "--key", file, "--payload", content, "--content-type", "text/plain"]).output
        #expect(try run(["decrypt", "--key", file, "-"], input: token).output == "no JSON\u{0}at all\n")
        let line = try run(["decrypt", "--key", file, "--lines"], input: token).output
        let answer = try JSONValue(parsing: line.dropLast().description)
        #expect(answer["valid"] == true)
        #expect(answer["header"]?["cty"] == "text/plain")
        #expect(answer["payload"]?.stringValue.flatMap(Base64URL.decode) == Array("no JSON\u{0}at all".utf8))
    }

    @Test func `a nested token is verified on both layers`() throws {
        let (recipient, signer) = (try key("RSA-OAEP-256"), try key("ES256"))
        let arguments = ["encrypt", "--key", recipient, "--sign-key", signer, "--claims", "-"]
        let token = try run(arguments, input: #"{"iss":"i","sub":"u1"}"#).output
        let open = ["decrypt", "--key", recipient, "--keys", try publicHalf(of: signer)]
        #expect(try run(open + ["--issuer", "i"], input: token).output == #"{"iss":"i","sub":"u1"}"# + "\n")
        let other = try run(open + ["--issuer", "j"], input: token)
        #expect(other.status == 1)
        #expect(other.errors.contains("issuer_mismatch"))
        let stranger = try run(["decrypt", "--key", recipient, "--keys", publicHalf(of: key("ES256"))], input: token)
        #expect(stranger.status == 1)
        #expect(stranger.output.isEmpty)
    }

    @Test func `lines are answered in order, good and bad`() throws {
        let file = try key("A128GCM")
        let tokens = try run(["encrypt", "--key", file, "--lines"], input: "{\"n\":1}\n{\"n\":2}\n")
        #expect(tokens.status == 0, "\(tokens.errors)")
        #expect(tokens.lines.count == 2)
        let broken = tokens.lines[1].dropLast(4) + "AAAA"
        let answers = try run(["decrypt", "--key", file, "--lines"], input: tokens.output + broken + "\nx\n")
        #expect(answers.status == 1)
        let parsed = try answers.lines.map { try JSONValue(parsing: String($0)) }
        #expect(parsed.map { $0["claims"]?["n"]?.int64Value } == [1, 2, nil, nil])
        #expect(parsed.map { $0["error"]?.stringValue } == [nil, nil, "decryption_failed", "malformed"])
    }

    @Test func `a line that is no object stops with its number`() throws {
        let result = try run(["encrypt", "--key", key("A128KW"), "--lines"], input: "{}\n[]\n{}\n")
        #expect(result.status == 1)
        #expect(result.errors.contains("line 2"))
        #expect(result.lines.count == 1)
    }

    @Test func `a signature key does not encrypt, nor an encryption key sign`() throws {
        let (signing, encrypting) = (try key("ES256"), try key("ECDH-ES"))
        let encrypted = try run(["encrypt", "--key", signing])
        #expect(encrypted.status == 2)
        #expect(encrypted.output.isEmpty)
        #expect(try run(["sign", "--key", encrypting]).status == 2)
        #expect(try run(["decrypt", "--key", signing], input: "a.b.c.d.e").status == 2)
    }

    @Test func `a key that names nothing needs --algorithm, and dir its encryption`() throws {
        let secret = JSONValue.object(["kty": "oct", "k": .string(Base64URL.encode([UInt8](repeating: 7, count: 32)))])
        let file = try directory.write(secret.text, to: "bare.jwk")
        let silent = try run(["encrypt", "--key", file])
        #expect(silent.status == 2)
        #expect(silent.errors.contains("algorithm"))
        let direct = try run(["encrypt", "--key", file, "--algorithm", "dir"])
        #expect(direct.status == 2)
        #expect(direct.errors.contains("--encryption"))
        let token = try run(["encrypt", "--key", file, "--algorithm", "dir", "--encryption", "A256GCM"]).output
        #expect(try run(["decrypt", "--key", file, "--algorithm", "dir"], input: token).output == "{}\n")
        #expect(try run(["decrypt", "--key", file, "--algorithm", "A256KW"], input: token).status == 1)
    }

    @Test func `content apart from its signature verifies with it alone`() throws {
        let file = try key("Ed25519")
        let content = try directory.write("a report\n", to: "report.txt")
        let signature = try run(["sign", "--key", file, "--detached", "--claims", content]).output
        #expect(signature.contains(".."))
        let good = try run(["verify", "--keys", file, "--detached", content], input: signature)
        #expect(good.status == 0, "\(good.errors)")
        #expect(try JSONValue(parsing: good.lines.first ?? "")["alg"] == "Ed25519")
        let other = try directory.write("another report\n", to: "other.txt")
        let bad = try run(["verify", "--keys", file, "--detached", other], input: signature)
        #expect(bad.status == 1)
        #expect(bad.errors.contains("signature_invalid"))
        #expect(try run(["verify", "--keys", file], input: signature).status == 1)
    }

    @Test(arguments: ["ECDH-ES", "RSA-OAEP", "ML-DSA-65"])
    func `a key survives PEM and back`(algorithm: String) throws {
        let file = try key(algorithm)
        let pem = try BuiltBinary.run(["jwk", "convert", "--to", "pem", file])
        #expect(pem.output.hasPrefix("-----BEGIN PRIVATE KEY-----\n"), "\(pem.errors)")
        let arguments = ["jwk", "convert", "--to", "jwk", "--algorithm", algorithm, "-"]
        let back = try BuiltBinary.run(arguments, input: pem.output)
        let original = try JWK(parsing: String(contentsOfFile: file, encoding: .utf8))
        let converted = try JWK(parsing: back.output)
        #expect(try converted.thumbprint() == original.thumbprint())
        #expect(converted.algorithm == algorithm)
    }

    @Test(arguments: ["bash", "zsh", "fish"])
    func `the shell completes commands and files`(shell: String) throws {
        let script = try BuiltBinary.run(["--generate-completion-script", shell])
        #expect(script.status == 0)
        #expect(script.output.contains("encrypt"))
        guard shell == "bash" else { return }
        let checked = try BuiltBinary.shell("/bin/bash", ["-n"], input: Data(script.output.utf8))
        #expect(checked.status == 0, "\(checked.errors)")
    }
}
