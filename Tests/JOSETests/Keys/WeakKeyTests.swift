import Crypto
import CryptoExtras
import Foundation
import JOSE
import Testing

@Suite struct `A weak key is refused when it is made` {
    @Test(arguments: [(SignatureAlgorithm.hs256, 32), (.hs384, 48), (.hs512, 64)])
    func `an HMAC secret shorter than the hash, or empty`(_ algorithm: SignatureAlgorithm, _ least: Int) throws {
        for count in [0, 1, least - 1] {
            let secret = Forge.secret(count: count)
            let jwk = JWK(members: [
                "kty": "oct", "alg": .string(algorithm.name), "k": .string(Base64URL.encode(secret)),
            ])
            #expect(
                keyFault { () throws(KeyError) in try SigningKey(secret: secret, algorithm: algorithm) }?.code == .weak
            )
            #expect(
                keyFault { () throws(KeyError) in try VerifyingKey(secret: secret, algorithm: algorithm) }?.code
                    == .weak
            )
            #expect(keyFault { () throws(KeyError) in try SigningKey(jwk: jwk) }?.code == .weak)
        }
        _ = try SigningKey(secret: Forge.secret(count: least), algorithm: algorithm)
    }

    @Test func `the text of a PEM or SSH key never becomes an HMAC key`() throws {
        let pem = try #require(SigningKey.generate(.rs256).verifyingKey.pem)
        let texts = [
            pem, "\n\n  " + pem, "\u{FEFF}" + pem, "Bag Attributes\n" + pem, pem.replacing("\n", with: "\\n"),
            "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQC7 user@host", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ user@host",
            "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBA user",
            "-----BEGIN CERTIFICATE-----\nMIIB", "---- BEGIN SSH2 PUBLIC KEY ----\nAAAAB3NzaC1yc2EAAAADAQAB",
        ]
        for text in texts {
            let secret = Array(text.utf8) + Forge.secret(1)
            let jwk = JWK(members: ["kty": "oct", "alg": "HS256", "k": .string(Base64URL.encode(secret))])
            #expect(
                keyFault { () throws(KeyError) in try SigningKey(secret: secret, algorithm: .hs256) }?.code == .invalid
            )
            #expect(keyFault { () throws(KeyError) in try VerifyingKey(jwk: jwk) }?.code == .invalid)
        }
    }

    static func rsa(_ n: [UInt8], _ e: [UInt8]) -> JWK {
        JWK(members: [
            "kty": "RSA", "alg": "RS256", "n": .string(Base64URL.encode(n)), "e": .string(Base64URL.encode(e)),
        ])
    }

    @Test func `an RSA key of another size than 2048 to 8192 bits`() {
        for bits in [1024, 2047, 8193, 16384] {
            var n = [UInt8](repeating: 0xFF, count: (bits + 7) / 8)
            if bits % 8 != 0 { n[0] = (1 << UInt8(bits % 8)) - 1 }
            let fault = keyFault { () throws(KeyError) in try VerifyingKey(jwk: Self.rsa(n, [1, 0, 1])) }
            #expect(fault?.code == (bits < 2048 ? .weak : .tooLarge))
            #expect(fault?.reason.contains("\(bits) bits") == true)
        }
    }

    @Test(arguments: [[0], [1], [2], [4], [0x80], [1, 0, 0], [1, 0, 0, 0, 1]] as [[UInt8]])
    func `an RSA exponent of 1, an even one, or a huge one`(_ exponent: [UInt8]) {
        let n = [UInt8](repeating: 0xFF, count: 256)
        #expect(keyFault { () throws(KeyError) in try VerifyingKey(jwk: Self.rsa(n, exponent)) } != nil)
    }

    @Test func `an RSA key in PEM, by the same rules`() throws {
        let small = try _RSA.Signing.PrivateKey(unsafeKeySize: .init(bitCount: 1024))
        for pem in [small.pemRepresentation, small.pkcs8PEMRepresentation] {
            #expect(keyFault { () throws(KeyError) in try SigningKey(pem: pem, algorithm: .rs256) }?.code == .weak)
        }
        for pem in [small.publicKey.pemRepresentation, small.publicKey.pkcs1PEMRepresentation] {
            #expect(keyFault { () throws(KeyError) in try VerifyingKey(pem: pem, algorithm: .ps256) }?.code == .weak)
        }
    }

    @Test(.enabled(if: Vectors.areHere, Vectors.absence))
    func `a key of the flawed generator (ROCA), and no honest one`() throws {
        let cases = try WycheproofCase.load("json_web_key_test").filter { $0.comment.contains("Roca") }
        let members = try #require(cases.first?.key["keys"]?.arrayValue?.first?.objectValue)
        let fault = keyFault { () throws(KeyError) in try VerifyingKey(jwk: JWK(members: members)) }
        #expect(fault?.code == .weak)
        #expect(fault?.reason.contains("ROCA") == true)
        for _ in 0..<3 { _ = try SigningKey(jwk: SigningKey.generate(.rs256).jwk) }
    }
}

@Suite struct `A key whose numbers do not belong together is refused` {
    @Test(arguments: [SignatureAlgorithm.es256, .es384, .es512, .ed25519, .rs256])
    func `a private JWK whose d is another key's`(_ algorithm: SignatureAlgorithm) throws {
        var members = try SigningKey.generate(algorithm).jwk.members
        members["d"] = try SigningKey.generate(algorithm).jwk.members["d"]
        for name in [[], ["p", "q", "dp", "dq", "qi"]] {
            var jwk = members
            for name in name { jwk[name] = nil }
            #expect(keyFault { () throws(KeyError) in try SigningKey(jwk: JWK(members: jwk)) }?.code == .invalid)
        }
    }

    @Test(arguments: ["p", "q", "dp", "dq", "qi"])
    func `an RSA key with one number of another key`(_ name: String) throws {
        var members = try SigningKey.generate(.ps256).jwk.members
        members[name] = try SigningKey.generate(.ps256).jwk.members[name]
        #expect(keyFault { () throws(KeyError) in try SigningKey(jwk: JWK(members: members)) }?.code == .invalid)
    }

    @Test func `an RSA key of n, e and d alone is completed`() throws {
        let whole = try SigningKey.generate(.rs256).jwk
        var members = whole.members
        for name in ["p", "q", "dp", "dq", "qi"] { members[name] = nil }
        let key = try SigningKey(jwk: JWK(members: members))
        let signature = try key.sign([1, 2, 3])
        #expect(try VerifyingKey(jwk: whole).isValid(signature: signature, for: [1, 2, 3]))
    }

    @Test(arguments: [("P-256", "ES256", 32), ("P-384", "ES384", 48), ("P-521", "ES512", 66)])
    func `a point that is not on the curve, or of a wrong length`(_ curve: String, _ name: String, _ size: Int) throws {
        let algorithm = try #require(SignatureAlgorithm(name))
        let key = try SigningKey.generate(algorithm)
        func fault(_ x: [UInt8], _ y: [UInt8]) -> KeyError.Code? {
            var members = key.verifyingKey.jwk.members
            members["x"] = .string(Base64URL.encode(x))
            members["y"] = .string(Base64URL.encode(y))
            return keyFault { () throws(KeyError) in try VerifyingKey(jwk: JWK(members: members)) }?.code
        }
        let x = try #require(Base64URL.decode(key.jwk.members["x"]?.stringValue ?? ""))
        let y = try #require(Base64URL.decode(key.jwk.members["y"]?.stringValue ?? ""))
        #expect(x.count == size)
        #expect(fault(x, y) == nil)
        var moved = y
        moved[size - 1] ^= 1
        #expect(fault(x, moved) == .invalid)
        #expect(fault([UInt8](repeating: 0, count: size), [UInt8](repeating: 0, count: size)) == .invalid)
        #expect(fault([UInt8](repeating: 0xFF, count: size), y) == .invalid)
        #expect(fault([0] + x, y) == .invalid)
        #expect(fault(Array(x.dropLast()), y) == .invalid)
        #expect(fault([], y) == .invalid)
    }

    @Test func `a curve that is not the algorithm's`() throws {
        for (wanted, made) in [
            (SignatureAlgorithm.es256, SignatureAlgorithm.es384), (.es512, .es256), (.ed25519, .es256),
        ] {
            let key = try SigningKey.generate(made)
            var members = key.jwk.members
            members["alg"] = .string(wanted.name)
            #expect(
                keyFault { () throws(KeyError) in try SigningKey(jwk: JWK(members: members)) }?.code
                    == .algorithmMismatch
            )
            let pem = try #require(key.pem)
            #expect(
                keyFault { () throws(KeyError) in try SigningKey(pem: pem, algorithm: wanted) }?.code
                    == .algorithmMismatch
            )
        }
    }
}
