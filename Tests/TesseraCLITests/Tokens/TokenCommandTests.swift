import Foundation
import JOSE
import Testing

@testable import TesseraCLI

@Suite struct TokenCommandTests {
    private let directory: TemporaryDirectory
    private let key: String
    private let publicKey: String

    init() throws {
        directory = try TemporaryDirectory()
        let signing = try SigningKey.generate(.es256)
        key = try directory.write(signing.jwk.serialized(), to: "key.jwk")
        publicKey = try directory.write(signing.verifyingKey.jwk.serialized(), to: "key.pub.jwk")
    }

    private func run(_ arguments: [String], input: String = "") throws -> BuiltBinary.Result {
        try BuiltBinary.run(["jwt"] + arguments, input: input)
    }

    private func sign(_ claims: String, _ arguments: String...) throws -> String {
        let result = try run(["sign", "--key", key, "--claims", "-"] + arguments, input: claims)
        try #require(result.status == 0, "\(result.errors)")
        return String(result.output.dropLast())
    }

    @Test(arguments: SignatureAlgorithm.all.map(\.name))
    func `what is signed verifies, with every algorithm`(algorithm: String) throws {
        let file = directory.file("\(algorithm).jwk")
        let made = try BuiltBinary.run(["jwk", "generate", "--algorithm", algorithm])
        try Data(made.output.utf8).write(to: URL(fileURLWithPath: file))
        let token = try run(["sign", "--key", file, "--claims", "-"], input: #"{"sub":"u1"}"#).output
        let verified = try run(["verify", "--keys", file, "-"], input: token)
        #expect(verified.status == 0, "\(verified.errors)")
        #expect(verified.output == #"{"sub":"u1"}"# + "\n")
    }

    @Test func `claims are signed as they are, and expires-in adds times`() throws {
        let plain = try UnverifiedToken(try sign(#"{ "sub": "u1", "n": 12345678901234567890 }"#))
        #expect(plain.claims.text == #"{"sub":"u1","n":12345678901234567890}"#)
        #expect(plain.header["typ"] == "JWT")
        let timed = try UnverifiedToken(try sign("{}", "--expires-in", "30m", "--type", "at+jwt"))
        #expect(timed.header["typ"] == "at+jwt")
        let (issued, expires) = (timed.claims["iat"]?.int64Value, timed.claims["exp"]?.int64Value)
        #expect(expires == issued.map { $0 + 1800 })
    }

    @Test func `verification checks what it is asked to`() throws {
        let token = try sign(#"{"iss":"i","aud":["a","b"],"exp":1000,"nbf":500}"#, "--type", "at+jwt")
        let good = ["--issuer", "i", "--audience", "x", "--audience", "b", "--type", "at+jwt", "--at", "999"]
        #expect(try run(["verify", "--keys", publicKey, token] + good).status == 0)
        for (change, code) in [
            (["--issuer", "j", "--at", "999"], "issuer_mismatch"),
            (["--audience", "c", "--at", "999"], "audience_mismatch"),
            (["--type", "JWT", "--at", "999"], "type_mismatch"), (["--at", "1000"], "expired"),
            (["--at", "499"], "not_yet_valid"), (["--algorithm", "RS256", "--at", "999"], "algorithm_not_allowed"),
        ] {
            let result = try run(["verify", "--keys", publicKey, token] + change)
            #expect(result.status == 1)
            #expect(result.output.isEmpty)
            #expect(result.errors.contains(code), "\(change): \(result.errors)")
        }
        #expect(try run(["verify", "--keys", publicKey, token, "--at", "1010", "--leeway", "30s"]).status == 0)
    }

    @Test func `a key without alg needs --algorithm`() throws {
        var members = try JWK(parsing: Data(contentsOf: URL(fileURLWithPath: publicKey))).members
        members["alg"] = nil
        let bare = try directory.write(JWK(members: members).serialized(), to: "bare.jwk")
        let token = try sign("{}")
        let result = try run(["verify", "--keys", bare, token])
        #expect(result.status == 2)
        #expect(result.errors.contains("--algorithm"))
        #expect(try run(["verify", "--keys", bare, "--algorithm", "ES256", token]).status == 0)
    }

    @Test func `a token on standard input loses one newline and no more`() throws {
        let token = try sign("{}")
        #expect(try run(["verify", "--keys", publicKey, "-"], input: token + "\n").status == 0)
        #expect(try run(["verify", "--keys", publicKey], input: token).status == 0)
        for spoilt in [token + "\n\n", " " + token, token + " ", token + "\r\n", ""] {
            let result = try run(["verify", "--keys", publicKey, "-"], input: spoilt)
            #expect(result.status == 1)
            #expect(result.errors.contains("malformed"), "\(result.errors)")
        }
    }

    @Test func `decode shows everything and says that nothing was verified`() throws {
        let token = try sign(#"{"sub":"u1"}"#)
        let forged = token.split(separator: ".").dropLast().joined(separator: ".") + ".AAAA"
        let result = try run(["decode", forged])
        #expect(result.status == 0)
        #expect(result.errors.contains("Nothing was verified"))
        let answer = try JSONValue(parsing: result.lines.first ?? "")
        #expect(answer["claims"] == ["sub": "u1"])
        #expect(answer["header"]?["alg"] == "ES256")
        #expect(try run(["decode", "a.b"]).status == 1)
    }

    @Test func `lines are answered in order, and one bad token makes the exit status 1`() throws {
        let tokens = try (0..<5).map { try sign(#"{"n":\#($0)}"#) }
        let all = try run(["verify", "--keys", publicKey, "--lines"], input: tokens.joined(separator: "\n"))
        #expect(all.status == 0)
        #expect(try all.lines.map { try JSONValue(parsing: $0)["claims"]?["n"]?.int64Value } == [0, 1, 2, 3, 4])
        let mixed = tokens[0] + "\n\n" + tokens[1] + " \n" + tokens[2] + "\r\nx\n" + tokens[3] + "\n"
        let result = try run(["verify", "--keys", publicKey, "--lines", "-"], input: mixed)
        #expect(result.status == 1)
        let answers = try result.lines.map { try JSONValue(parsing: $0) }
        #expect(answers.map { $0["valid"]?.boolValue } == [true, false, false, false, false, true])
        #expect(answers[1].text == #"{"valid":false,"error":"malformed"}"#)
        #expect(answers[0]["header"]?["alg"] == "ES256")
    }

    @Test func `a claim at fault is named`() throws {
        let token = try sign(#"{"aud":"a"}"#)
        let result = try run(["verify", "--keys", publicKey, "--lines", "--audience", "b"], input: token)
        #expect(result.output == #"{"valid":false,"error":"audience_mismatch","claim":"aud"}"# + "\n")
    }

    @Test func `an overlong line is one answer, and the next line is read again`() throws {
        let token = try sign("{}")
        let long = String(repeating: "A", count: 3_000_000)
        let middle = String(repeating: "A", count: 20_000)
        let input = [long, token, middle, token, long].joined(separator: "\n")
        let result = try run(["verify", "--keys", publicKey, "--lines"], input: input)
        let errors = try result.lines.map { try JSONValue(parsing: $0)["error"]?.stringValue }
        #expect(errors == ["too_large", nil, "too_large", nil, "too_large"])
    }

    @Test func `claims with line feeds in them stay on one line`() throws {
        let key = try SigningKey(jwk: JWK(parsing: Data(contentsOf: URL(fileURLWithPath: key))))
        let token = try JWS.sign(payload: Array("{\n \"a\":\r\n 1 }".utf8), key: key)
        let result = try run(["verify", "--keys", publicKey, "--lines"], input: token)
        #expect(result.output.hasSuffix(#","claims":{"a":1}}"# + "\n"))
    }

    @Test func `a line is answered while the input is still open`() async throws {
        let token = try sign("{}")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: BuiltBinary.path)
        process.arguments = ["jwt", "verify", "--keys", publicKey, "--lines"]
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        for _ in 0..<3 {
            try input.fileHandleForWriting.write(contentsOf: Data((token + "\n").utf8))
            let answer = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
            #expect(answer.hasPrefix(#"{"valid":true,"#) && answer.hasSuffix("}\n"), "\(answer)")
        }
        try input.fileHandleForWriting.close()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
    }

    @Test func `no lines are no answers`() throws {
        let result = try run(["verify", "--keys", publicKey, "--lines"])
        #expect(result.status == 0)
        #expect(result.output.isEmpty)
    }

    @Test(arguments: [
        ["verify", "--lines", "--keys", "k", "token"], ["verify", "--keys", "-", "-"], ["verify", "token"],
        ["verify", "--keys", "k", "--leeway", "301s", "t"], ["verify", "--keys", "k", "--leeway", "30", "t"],
        ["sign", "--key", "-", "--claims", "-"], ["sign"], ["decode", "a", "b"], ["nonsense"],
        ["verify", "--keys", "http://keys.example/jwks.json", "t"],
    ])
    func `wrong usage is exit status 2 with words on standard error`(arguments: [String]) throws {
        let result = try run(arguments)
        #expect(result.status == 2)
        #expect(result.output.isEmpty)
        #expect(!result.errors.isEmpty)
    }

    @Test func `claims that are no JSON object are wrong usage`() throws {
        for claims in ["", "[]", "{", #"{"a":1,"a":2}"#] {
            let result = try run(["sign", "--key", key, "--claims", "-"], input: claims)
            #expect(result.status == 2)
            #expect(result.errors.contains("not a JSON object"))
        }
    }
}
