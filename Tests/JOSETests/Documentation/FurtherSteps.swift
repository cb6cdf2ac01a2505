import Foundation
import JOSE
import Testing

/// The examples of the pages about keys over time, encryption, proofs and other libraries.
struct FurtherSteps {
    private static let issuer = "https://id.example"

    private struct Program: Error {
        let status: Int32
    }

    @Test func `the next key beside the current one`() throws {
        // snippet
        let current = try SigningKey.generate(.es256)
        let next = try SigningKey.generate(.es256)
        let published = KeySet([current.verifyingKey, next.verifyingKey]).serialized()
        // end
        #expect(try KeySet(parsing: published).keys.count == 2)
        let profile = TokenProfile.accessToken(issuer: Self.issuer, audience: "orders")
        // snippet
        let verifier = TokenVerifier(profile, keys: [current.verifyingKey])
        let renewed = verifier.with(keys: [current.verifyingKey, next.verifyingKey])
        // end
        let text = try TokenSigner(next, issuer: Self.issuer, audience: "orders", lifetime: .seconds(60))
            .sign(subject: "u1", adding: ["client_id": "c"])
        #expect(throws: JWTError.self) { try verifier.verify(text) }
        #expect(try renewed.verify(text).subject == "u1")
    }

    @Test func `a key in another process`() async throws {
        @Sendable func run(_ program: String, _ arguments: [String], input: [UInt8]) async throws -> [UInt8] {
            let process = Process()
            process.executableURL = URL(filePath: "/usr/bin/env")
            process.arguments = [program] + arguments
            let (standardInput, output) = (Pipe(), Pipe())
            process.standardInput = standardInput
            process.standardOutput = output
            try process.run()
            try standardInput.fileHandleForWriting.write(contentsOf: Data(input))
            try standardInput.fileHandleForWriting.close()
            let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
            process.waitUntilExit()
            guard process.terminationStatus == 0 else { throw Program(status: process.terminationStatus) }
            return Array(bytes)
        }
        // snippet
        struct OpenSSLSigner: ExternalSigner {
            let verifyingKey: VerifyingKey
            let privateKeyFile: String

            func sign(_ message: [UInt8]) async throws -> [UInt8] {
                let der = try await run("openssl", ["dgst", "-sha256", "-sign", privateKeyFile], input: message)
                return try verifyingKey.algorithm.signature(fromDER: der)
            }
        }
        // end
        let privateKey = try SigningKey.generate(.es256)
        let file = NSTemporaryDirectory() + UUID().uuidString + ".pem"
        try #require(privateKey.pem).write(toFile: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: file) }
        let (publicKey, issuer) = (privateKey.verifyingKey, Self.issuer)
        // snippet
        let key = OpenSSLSigner(verifyingKey: publicKey, privateKeyFile: file)
        let signer = ExternalTokenSigner(key, issuer: issuer, audience: "orders", lifetime: .seconds(1800))
        let text = try await signer.sign(subject: "u1")
        // end
        let profile = TokenProfile(type: "at+jwt", issuer: "https://id.example", audiences: ["orders"])
        #expect(try TokenVerifier(profile, keys: [publicKey]).verify(text).subject == "u1")
    }

    @Test func `a token that is signed and encrypted`() throws {
        let signingKey = try SigningKey.generate(.es256)
        let signer = TokenSigner(signingKey, issuer: Self.issuer, audience: "orders", lifetime: .seconds(60))
        let profile = TokenProfile(type: "at+jwt", issuer: "https://id.example", audiences: ["orders"])
        let verifier = TokenVerifier(profile, keys: [signingKey.verifyingKey])
        // snippet
        let recipient = try DecryptionKey.generate(.ecdhESA256KW, curve: .x25519)
        let text = try signer.signAndEncrypt(subject: "u1", adding: ["diagnosis": "J45"], for: recipient.encryptionKey)
        let token = try verifier.decryptAndVerify(text, with: [recipient])
        // end
        #expect(token["diagnosis"] == "J45")
        // snippet
        let published = recipient.encryptionKey.jwk.serialized()
        let key = try EncryptionKey(jwk: JWK(parsing: published))
        // end
        let plaintext: [UInt8] = [1, 2, 3]
        func print(_ count: Int) { #expect(count == 3) }
        // snippet
        let message = try JWE.encrypt(plaintext, for: key, using: .a256gcm)
        let opened = try JWE.decrypt(message, keys: [recipient])
        print(opened.plaintext.count)
        // end
    }

    @Test func `a token that is bound to its client's key`() async throws {
        let key = try SigningKey.generate(.es256)
        let clientKey = try SigningKey.generate(.es256)
        let thumbprint = try DPoPSigner(clientKey).thumbprint
        let text = try TokenSigner(key, issuer: Self.issuer, audience: "orders", lifetime: .seconds(60))
            .sign(subject: "u1", adding: ["client_id": "c", "cnf": ["jkt": .string(thumbprint)]])
        let profile = TokenProfile.accessToken(issuer: Self.issuer, audience: "orders")
        let verifier = TokenVerifier(profile, keys: [key.verifyingKey])
        #expect(throws: JWTError.self) { try verifier.verify(text) }
        let stranger: String = try {
            // snippet
            let client = try DPoPSigner(SigningKey.generate(.es256))
            let proof = try client.proof(method: "GET", url: "https://api.example/orders", accessToken: text)
            // end
            return proof
        }()
        let proof = try DPoPSigner(clientKey).proof(method: "GET", url: "https://api.example/orders", accessToken: text)
        // snippet
        let dpop = DPoPVerifier(replays: InMemoryReplayStore())
        let token = try await dpop.verify(
            text,
            by: verifier,
            proof: proof,
            method: "GET",
            url: "https://api.example/orders"
        )
        // end
        #expect(token.subject == "u1")
        await #expect(throws: JWTError.self) {
            try await dpop.verify(text, by: verifier, proof: stranger, method: "GET", url: "https://api.example/orders")
        }
    }

    @Test func `from jwt-kit`() throws {
        // snippet
        struct Payload: Codable {
            var admin: Bool
        }
        // end
        let secret = [UInt8](repeating: 7, count: 32)
        // snippet
        let key = try SigningKey(secret: secret, algorithm: .hs256)
        let signer = TokenSigner(key, issuer: "https://id.example", audience: "orders", lifetime: .seconds(900))
        let text = try signer.sign(subject: "vapor", adding: Payload(admin: true))

        let profile = TokenProfile.accessToken(issuer: "https://id.example", audience: "orders")
        let verified = try TokenVerifier(profile, keys: [key.verifyingKey]).verify(text, as: Payload.self)
        // end
        #expect(verified.claims.admin)
        try {
            let text = try TokenSigner(key, issuer: Self.issuer, audience: "x", lifetime: .seconds(60), type: "JWT")
                .sign(subject: "vapor")
            // snippet
            let old = TokenProfile(type: "JWT", issuer: "https://id.example", requiredClaims: ["exp", "sub"])
            let verified = try TokenVerifier(old, keys: [key.verifyingKey]).verify(text)
            // end
            #expect(verified.subject == "vapor")
        }()
    }

    @Test func `from python-jose`() throws {
        let secretKey = "09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7"
        let (name, issuer) = ("johndoe", Self.issuer)
        // snippet
        let key = try SigningKey(secret: Array(secretKey.utf8), algorithm: .hs256)
        // end
        try {
            let username = name
            // snippet
            let signer = TokenSigner(key, issuer: issuer, audience: Audience(issuer), lifetime: .seconds(1800))
            let text = try signer.sign(subject: username)
            // end
            try {
                // snippet
                let profile = TokenProfile.accessToken(issuer: issuer, audience: Audience(issuer))
                let verifier = TokenVerifier(profile, keys: [key.verifyingKey])
                let username = try verifier.verify(text).subject
                // end
                #expect(username == name)
            }()
        }()
        let text = try TokenSigner(key, issuer: "", audience: "", lifetime: .seconds(60), type: "JWT")
            .sign(["sub": .string(name), "exp": .number(JSONNumber(Int64(Date().timeIntervalSince1970) + 60))])
        // snippet
        let tutorial = TokenProfile(type: "JWT", requiredClaims: ["sub", "exp"])
        let username = try TokenVerifier(tutorial, keys: [key.verifyingKey]).verify(text).subject
        // end
        #expect(username == name)
    }
}
