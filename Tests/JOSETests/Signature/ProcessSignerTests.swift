import Foundation
import JOSE
import Testing

/// A private key that only another process reads: what a key management service is to a server.
private struct ProcessSigner: ExternalSigner {
    let verifyingKey: VerifyingKey
    let openSSL: OpenSSL

    func sign(_ message: [UInt8]) async throws -> [UInt8] {
        let name = UUID().uuidString
        try openSSL.write(message, to: name)
        switch algorithm {
        case .es256:
            // ECDSA comes in DER, as from most services.
            return try algorithm.signature(fromDER: openSSL.run("dgst", "-sha256", "-sign", "key.pem", name))
        case .es512:
            return try algorithm.signature(fromDER: openSSL.run("dgst", "-sha512", "-sign", "key.pem", name))
        case .rs256:
            return try openSSL.run("dgst", "-sha256", "-sign", "key.pem", name)
        case .ps256:
            let padding = ["-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:digest"]
            return try openSSL.run(
                "dgst",
                "-sha256",
                padding[0],
                padding[1],
                padding[2],
                padding[3],
                "-sign",
                "key.pem",
                name
            )
        default:
            return try openSSL.run("pkeyutl", "-sign", "-rawin", "-inkey", "key.pem", "-in", name)
        }
    }
}

@Suite(.enabled(if: OpenSSL.isHere, OpenSSL.absence))
struct `A key in another process` {
    @Test(arguments: [SignatureAlgorithm.es256, .es512, .rs256, .ps256, .ed25519])
    func `signs a token that a verifier takes`(_ algorithm: SignatureAlgorithm) async throws {
        let openSSL = try OpenSSL()
        defer { openSSL.remove() }
        let made = try SigningKey.generate(algorithm)
        try openSSL.write(Array(#require(made.pem).utf8) + [0x0A], to: "key.pem")
        try openSSL.run("pkey", "-in", "key.pem", "-pubout", "-out", "public.pem")

        // From here on the private key is openssl's.
        let half = try VerifyingKey(pem: openSSL.text("public.pem"), algorithm: algorithm, keyID: "kms-1")
        let signer = ExternalTokenSigner(
            ProcessSigner(verifyingKey: half, openSSL: openSSL),
            issuer: Forge.issuer,
            audience: "orders",
            lifetime: .seconds(60),
            clock: Forge.clock
        )
        let token = try await signer.sign(subject: "u1")
        let verified = try Forge.verifier(.any, half).verify(token)
        #expect(verified.subject == "u1")
        #expect(verified.header.keyID == "kms-1")
    }

    @Test func `that is not the public key's is found out before a token leaves`() async throws {
        let openSSL = try OpenSSL()
        defer { openSSL.remove() }
        try openSSL.run("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", "key.pem")
        let half = try SigningKey.generate(.es256).verifyingKey
        let signer = ProcessSigner(verifyingKey: half, openSSL: openSSL)
        let error = await #expect(throws: JWTError.self) { try await JWS.sign(payload: [1], signer: signer) }
        #expect(error?.code == .signingFailed)
    }
}

@Suite(.enabled(if: OpenSSL.isHere, OpenSSL.absence))
struct `What OpenSSL writes` {
    @Test func `is read in every form: PKCS#8, SPKI, PKCS#1, SEC 1, certificate`() throws {
        let openSSL = try OpenSSL()
        defer { openSSL.remove() }
        let kinds: [(SignatureAlgorithm, [String])] = [
            (.es256, ["EC", "ec_paramgen_curve:P-256"]), (.es384, ["EC", "ec_paramgen_curve:P-384"]),
            (.es512, ["EC", "ec_paramgen_curve:P-521"]), (.rs256, ["RSA", "rsa_keygen_bits:2048"]),
            (.ps384, ["RSA-PSS", "rsa_keygen_bits:2048"]), (.ed25519, ["ED25519"]),
        ]
        for (algorithm, kind) in kinds {
            if kind.count == 2 {
                try openSSL.run("genpkey", "-algorithm", kind[0], "-pkeyopt", kind[1], "-out", "key.pem")
            } else {
                try openSSL.run("genpkey", "-algorithm", kind[0], "-out", "key.pem")
            }
            try openSSL.run("pkey", "-in", "key.pem", "-pubout", "-out", "public.pem")
            try openSSL.run(
                "req",
                "-x509",
                "-new",
                "-key",
                "key.pem",
                "-subj",
                "/CN=x",
                "-days",
                "2",
                "-out",
                "cert.pem"
            )
            try openSSL.run("req", "-new", "-key", "key.pem", "-subj", "/CN=x", "-out", "request.pem")
            try openSSL.run("pkcs8", "-topk8", "-in", "key.pem", "-passout", "pass:secret", "-out", "locked.pem")
            let key = try SigningKey(pem: openSSL.text("key.pem"), algorithm: algorithm)
            for name in ["public.pem", "cert.pem"] {
                #expect(try VerifyingKey(pem: openSSL.text(name), algorithm: algorithm).jwk == key.verifyingKey.jwk)
            }
            for (name, word) in [("cert.pem", "certificate"), ("request.pem", "request"), ("locked.pem", "encrypted")] {
                let text = try openSSL.text(name)
                let fault = keyFault { () throws(KeyError) in try SigningKey(pem: text, algorithm: algorithm) }
                #expect(fault?.reason.contains(word) == true)
            }
            guard ["EC", "RSA"].contains(kind[0]) else { continue }
            try openSSL.run("pkey", "-in", "key.pem", "-traditional", "-out", "old.pem")
            #expect(try SigningKey(pem: openSSL.text("old.pem"), algorithm: algorithm).jwk == key.jwk)
            try openSSL.run(
                "pkey",
                "-in",
                "key.pem",
                "-traditional",
                "-aes128",
                "-passout",
                "pass:secret",
                "-out",
                "old.pem"
            )
            let text = try openSSL.text("old.pem")
            let fault = keyFault { () throws(KeyError) in try SigningKey(pem: text, algorithm: algorithm) }
            #expect(fault?.reason.contains("encrypted") == true)
        }
    }

    @Test func `of an RSASSA-PSS key is for its own hash`() throws {
        let openSSL = try OpenSSL()
        defer { openSSL.remove() }
        try openSSL.run(
            "genpkey",
            "-algorithm",
            "RSA-PSS",
            "-pkeyopt",
            "rsa_keygen_bits:2048",
            "-pkeyopt",
            "rsa_pss_keygen_md:sha512",
            "-pkeyopt",
            "rsa_pss_keygen_mgf1_md:sha512",
            "-pkeyopt",
            "rsa_pss_keygen_saltlen:64",
            "-out",
            "key.pem"
        )
        let text = try openSSL.text("key.pem")
        #expect(try JWK(pem: text).algorithm == "PS512")
        let key = try SigningKey(pem: text, algorithm: .ps512)
        for algorithm in [SignatureAlgorithm.ps256, .ps384, .rs512] {
            let fault = keyFault { () throws(KeyError) in try SigningKey(pem: text, algorithm: algorithm) }
            #expect(fault?.code == .algorithmMismatch)
        }
        try openSSL.write(try key.sign([1, 2, 3]), to: "signature")
        try openSSL.write([1, 2, 3], to: "message")
        try openSSL.run("pkey", "-in", "key.pem", "-pubout", "-out", "public.pem")
        #expect(try VerifyingKey(pem: openSSL.text("public.pem"), algorithm: .ps512).jwk == key.verifyingKey.jwk)
        try openSSL.run(
            "dgst",
            "-sha512",
            "-sigopt",
            "rsa_padding_mode:pss",
            "-sigopt",
            "rsa_pss_saltlen:64",
            "-verify",
            "public.pem",
            "-signature",
            "signature",
            "message"
        )
    }
}
