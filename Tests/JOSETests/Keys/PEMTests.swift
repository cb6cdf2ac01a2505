import Crypto
import CryptoExtras
import Foundation
import JOSE
import Testing

@Suite struct `A PEM document` {
    static let message: [UInt8] = Array("message".utf8)

    @Test func `of every kind is read: PKCS#8, SPKI, PKCS#1`() throws {
        let rsa = try _RSA.Signing.PrivateKey(keySize: .bits2048)
        let ec = P256.Signing.PrivateKey()
        let edwards = Curve25519.Signing.PrivateKey()
        let cases: [(SignatureAlgorithm, [String], [String])] = [
            (
                .rs256, [rsa.pemRepresentation, rsa.pkcs8PEMRepresentation],
                [rsa.publicKey.pemRepresentation, rsa.publicKey.pkcs1PEMRepresentation]
            ),
            (.es256, [ec.pemRepresentation], [ec.publicKey.pemRepresentation]),
            (.es384, [P384.Signing.PrivateKey().pemRepresentation], []),
            (.es512, [P521.Signing.PrivateKey().pemRepresentation], []),
            (.ed25519, [edwards.pemRepresentation], [edwards.publicKey.pemRepresentation]),
        ]
        for (algorithm, privatePEMs, publicPEMs) in cases {
            for privatePEM in privatePEMs {
                let key = try SigningKey(pem: privatePEM, algorithm: algorithm, keyID: "k")
                let signature = try key.sign(Self.message)
                let halves = try publicPEMs.map { try VerifyingKey(pem: $0, algorithm: algorithm) }
                for half in halves + [key.verifyingKey, try VerifyingKey(pem: privatePEM, algorithm: algorithm)] {
                    #expect(half.isValid(signature: signature, for: Self.message))
                }
                #expect(key.pem?.hasPrefix("-----BEGIN PRIVATE KEY-----") == true)
                #expect(key.verifyingKey.pem?.hasPrefix("-----BEGIN PUBLIC KEY-----") == true)
            }
        }
    }

    /// A key's SEC 1 document (RFC 5915), with its curve and public key as OpenSSL writes them.
    static func sec1(_ key: SigningKey, curve: [UInt8]) throws -> String {
        func number(_ name: String) throws -> [UInt8] {
            try #require(Base64URL.decode(key.jwk.members[name]?.stringValue ?? ""))
        }
        func element(_ tag: UInt8, _ contents: [UInt8]) -> [UInt8] {
            let count = UInt8(truncatingIfNeeded: contents.count)
            return [tag] + (contents.count < 128 ? [count] : [0x81, count]) + contents
        }
        let point = try element(0x03, [0, 4] + number("x") + number("y"))
        let d = try element(0x04, number("d"))
        let der = element(0x30, [0x02, 1, 1] + d + element(0xA0, element(0x06, curve)) + element(0xA1, point))
        let text = Data(der).base64EncodedString(options: [.lineLength64Characters, .endLineWithLineFeed])
        return "-----BEGIN EC PRIVATE KEY-----\n\(text)\n-----END EC PRIVATE KEY-----\n"
    }

    @Test(
        arguments: [
            (SignatureAlgorithm.es256, [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07]),
            (.es384, [0x2B, 0x81, 0x04, 0x00, 0x22]), (.es512, [0x2B, 0x81, 0x04, 0x00, 0x23]),
        ] as [(SignatureAlgorithm, [UInt8])]
    )
    func `of SEC 1 is read, with other line ends and space around it too`(
        _ algorithm: SignatureAlgorithm,
        _ curve: [UInt8]
    ) throws {
        let made = try SigningKey.generate(algorithm, keyID: "k")
        let sec1 = try Self.sec1(made, curve: curve)
        for text in [
            sec1, "\n\n" + sec1 + "\n\n", sec1.replacing("\n", with: "\r\n"), sec1.replacing("\n", with: "  \n  "),
            "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n" + sec1,
            "Bag Attributes\n    friendlyName: mine\nKey Attributes: <No Attributes>\n" + sec1,
        ] {
            #expect(try SigningKey(pem: text, algorithm: algorithm, keyID: "k").jwk == made.jwk)
        }
    }

    @Test func `that is something else is refused by its name`() throws {
        let key = try SigningKey.generate(.es256)
        let pem = try #require(key.pem)
        let cases: [(String, String)] = [
            ("", "empty"),
            (pem.replacing("\n", with: "\\n"), "\\n"),
            (pem.replacing("PRIVATE KEY", with: "ENCRYPTED PRIVATE KEY"), "encrypted"),
            (
                "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nAAAA\n-----END RSA PRIVATE KEY-----",
                "encrypted"
            ),
            (pem.replacing("PRIVATE KEY", with: "CERTIFICATE"), "certificate"),
            (pem.replacing("PRIVATE KEY", with: "OPENSSH PRIVATE KEY"), "OpenSSH"),
            (try #require(key.verifyingKey.pem), "public key"),
            (pem + "\n" + pem, "more than one"),
            (String(pem.dropLast(10)), "no END"),
            (pem.replacing("M", with: "*"), "base64"),
            (key.jwk.serialized(), "JSON"),
            ("ssh-rsa AAAA", "SSH public key"),
            ("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", "PKCS#8"),
        ]
        for (text, word) in cases {
            let fault = keyFault { () throws(KeyError) in try SigningKey(pem: text, algorithm: .es256) }
            #expect(fault?.reason.contains(word) == true, "\(word): \(fault?.reason ?? "taken")")
        }
    }

    @Test func `that is cut or changed anywhere ends in an error or in a key`() throws {
        for algorithm in [SignatureAlgorithm.es256, .ed25519, .rs256] {
            let key = try SigningKey.generate(algorithm)
            for pem in [try #require(key.pem), try #require(key.verifyingKey.pem)] {
                let text = Array(pem.utf8)
                for index in stride(from: 0, to: text.count, by: 3) {
                    var changed = text
                    changed[index] = changed[index] == UInt8(ascii: "A") ? UInt8(ascii: "/") : UInt8(ascii: "A")
                    for bytes in [Array(text[..<index]), changed] {
                        let text = String(decoding: bytes, as: UTF8.self)
                        _ = keyFault { () throws(KeyError) in try SigningKey(pem: text, algorithm: algorithm) }
                        _ = keyFault { () throws(KeyError) in try VerifyingKey(pem: text, algorithm: algorithm) }
                    }
                }
            }
        }
    }
}
