import Foundation
import JOSE
import Testing

@testable import TesseraCLI

@Suite struct KeyCommandTests {
    private func run(_ arguments: String..., input: String = "") throws -> BuiltBinary.Result {
        try BuiltBinary.run(arguments, input: input)
    }

    @Test(arguments: SignatureAlgorithm.all.map(\.name))
    func `a generated key names its algorithm and has its thumbprint as id`(algorithm: String) throws {
        let result = try run("jwk", "generate", "--algorithm", algorithm)
        #expect(result.status == 0, "\(result.errors)")
        let jwk = try JWK(parsing: result.lines.first ?? "")
        #expect(jwk.algorithm == algorithm)
        #expect(jwk.isPrivate)
        #expect(try jwk.keyID == jwk.thumbprint())
        let thumbprint = try run("jwk", "thumbprint", "-", input: result.output)
        #expect(thumbprint.output == "\(jwk.keyID ?? "")\n")
    }

    @Test func `a key's id can be chosen`() throws {
        let result = try run("jwk", "generate", "--algorithm", "EdDSA", "--kid", "my key")
        #expect(try JWK(parsing: result.output).keyID == "my key")
    }

    @Test func `the public half holds nothing private`() throws {
        for algorithm in ["ES256", "RS256", "Ed25519"] {
            let key = try run("jwk", "generate", "--algorithm", algorithm).output
            let half = try run("jwk", "public", "-", input: key)
            #expect(half.status == 0)
            let jwk = try JWK(parsing: half.output)
            #expect(!jwk.isPrivate)
            #expect(try jwk.keyID == JWK(parsing: key).keyID)
        }
    }

    @Test func `a symmetric key has no public half`() throws {
        let key = try run("jwk", "generate", "--algorithm", "HS256").output
        let half = try run("jwk", "public", "-", input: key)
        #expect(half.status == 2)
        #expect(half.output.isEmpty)
        #expect(half.errors.contains("no public half"))
    }

    @Test(arguments: ["ES256", "ES384", "ES512", "Ed25519", "RS256", "PS512", "ML-DSA-65", "ML-DSA-87"])
    func `a key survives PEM and back`(algorithm: String) throws {
        let key = try run("jwk", "generate", "--algorithm", algorithm).output
        let pem = try run("jwk", "convert", "--to", "pem", "-", input: key)
        #expect(pem.output.hasPrefix("-----BEGIN PRIVATE KEY-----\n"), "\(pem.errors)")
        #expect(pem.output.hasSuffix("-----END PRIVATE KEY-----\n"))
        let back = try run("jwk", "convert", "--to", "jwk", "--algorithm", algorithm, "-", input: pem.output)
        let (first, second) = (try JWK(parsing: key), try JWK(parsing: back.output))
        #expect(try first.thumbprint() == second.thumbprint())
        #expect(second.isPrivate && second.algorithm == algorithm)
        let half = try run("jwk", "public", "-", input: pem.output)
        #expect(half.output.hasPrefix("-----BEGIN PUBLIC KEY-----\n"), "\(half.errors)")
        #expect(try run("jwk", "thumbprint", "-", input: half.output).output == "\(first.thumbprint())\n")
    }

    @Test func `openssl's PKCS1 and SEC 1 files are read`() throws {
        let directory = try TemporaryDirectory()
        let (rsa, ec) = (directory.file("rsa.pem"), directory.file("ec.pem"))
        for arguments in [
            ["genrsa", "-traditional", "-out", rsa, "2048"],
            ["ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", ec],
        ] {
            let made = try BuiltBinary.shell("/usr/bin/openssl", arguments)
            try #require(made.status == 0, "\(made.errors)")
        }
        #expect(try String(contentsOfFile: rsa, encoding: .utf8).contains("BEGIN RSA PRIVATE KEY"))
        #expect(try String(contentsOfFile: ec, encoding: .utf8).contains("BEGIN EC PRIVATE KEY"))
        #expect(try JWK(parsing: run("jwk", "convert", "--to", "jwk", rsa).output).keyType == "RSA")
        #expect(try JWK(parsing: run("jwk", "convert", "--to", "jwk", ec).output).keyType == "EC")
    }

    @Test(arguments: [
        ("", "neither a JWK nor PEM"), ("hello", "neither a JWK nor PEM"), ("{", "not valid JSON"),
        (#"{"kty":"EC","kty":"EC"}"#, "not valid JSON"), (#"{"keys":1}"#, "not an array"),
        ("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "PEM key cannot be used"),
        (#"{"kty":"zebra"}"#, "thumbprint"),
    ])
    func `what is no key is wrong usage, with a sentence`(text: String, expected: String) throws {
        let result = try run("jwk", "thumbprint", "-", input: text)
        #expect(result.status == 2)
        #expect(result.errors.contains(expected), "\(result.errors)")
    }

    @Test func `a file that is not there is exit status 3`() throws {
        let result = try run("jwk", "public", "/nonexistent/key.jwk")
        #expect(result.status == 3)
        #expect(result.errors.contains("/nonexistent/key.jwk cannot be read: No such file or directory"))
    }

    @Test func `an unknown algorithm is wrong usage that names the known ones`() throws {
        let result = try run("jwk", "generate", "--algorithm", "none")
        #expect(result.status == 2)
        #expect(result.errors.contains("ES256"))
    }
}
