import CryptoExtras
import Foundation
import JOSE
import Testing

@Suite struct `A key document` {
    /// A self-signed certificate of this P-256 key, made by OpenSSL.
    static let certificate = """
        -----BEGIN CERTIFICATE-----
        MIIBhDCCASugAwIBAgIUTbPyNfIa2plsUMqIoIJz96xxhL0wCgYIKoZIzj0EAwIw
        FzEVMBMGA1UEAwwMdGVzdC5leGFtcGxlMCAXDTI2MTEyNDE5NDA1N1oYDzIxMjYx
        MDMxMTk0MDU3WjAXMRUwEwYDVQQDDAx0ZXN0LmV4YW1wbGUwWTATBgcqhkjOPQIB
        BggqhkjOPQMBBwNCAARzyCUbPnqiqRI1gk4Iq/fVPpkeWIyEaCb4zD3LUh2o1EHb
        WsCCd3Bx4/RQmEhL9snBFUZIMKL8eCLKz5bKgdHho1MwUTAdBgNVHQ4EFgQUYCLD
        R8Eu9rh6DqFo6mio53Ox1c0wHwYDVR0jBBgwFoAUYCLDR8Eu9rh6DqFo6mio53Ox
        1c0wDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNHADBEAiB4JGBdwNTn/Xr9
        zRxrR4mRssIzR+BroCf/N4VsaSUWkwIgGvqVrjsE4iaRTCTGQS9obNqjQWGtbtAN
        eCDdkWGsrVc=
        -----END CERTIFICATE-----
        """
    static let privateKey = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgKLbe/CFuxFVKBvJj
        +qUVJVSCLAQntJ9Y8pFCTBawuQqhRANCAARzyCUbPnqiqRI1gk4Iq/fVPpkeWIyE
        aCb4zD3LUh2o1EHbWsCCd3Bx4/RQmEhL9snBFUZIMKL8eCLKz5bKgdHh
        -----END PRIVATE KEY-----
        """

    static func signing(_ pem: String, _ algorithm: SignatureAlgorithm = .es256) -> KeyError? {
        keyFault { () throws(KeyError) in try SigningKey(pem: pem, algorithm: algorithm) }
    }

    static func verifying(_ pem: String, _ algorithm: SignatureAlgorithm = .es256) -> KeyError? {
        keyFault { () throws(KeyError) in try VerifyingKey(pem: pem, algorithm: algorithm) }
    }

    @Test func `that is a certificate gives its public key for verifying`() throws {
        let key = try SigningKey(pem: Self.privateKey, algorithm: .es256)
        for text in [Self.certificate, Self.certificate.replacing("CERTIFICATE", with: "X509 CERTIFICATE")] {
            let half = try VerifyingKey(pem: text, algorithm: .es256)
            #expect(half.jwk == key.verifyingKey.jwk)
            #expect(try JWK(pem: text) == JWK(pem: #require(key.verifyingKey.pem)))
        }
        #expect(Self.verifying(Self.certificate, .rs256)?.code == .algorithmMismatch)
    }

    @Test func `that is a certificate where a private key is wanted is an error that names it`() {
        let fault = Self.signing(Self.certificate)
        #expect(fault?.code == .wrongHalf)
        #expect(fault?.reason.contains("certificate") == true)
    }

    @Test func `that is a damaged certificate is malformed or another key, and traps nothing`() {
        let der = DER.bytes(Self.certificate)
        for end in stride(from: 0, to: der.count, by: 3) {
            #expect(Self.verifying(DER.pem("CERTIFICATE", Array(der[..<end])))?.code == .malformed)
        }
        for index in der.indices {
            var changed = der
            changed[index] ^= 0xFF
            _ = Self.verifying(DER.pem("CERTIFICATE", changed))
        }
        #expect(Self.verifying(DER.pem("CERTIFICATE", der + [0]))?.code == .malformed)
    }

    /// An RSA key's SPKI or PKCS#8 document, marked for RSASSA-PSS with these parameters.
    static func pss(_ key: _RSA.Signing.PrivateKey, _ parameters: [UInt8], isPrivate: Bool) -> String {
        let identifier = DER.element(6, [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x0A])
        let algorithm = DER.sequence(identifier, parameters)
        if isPrivate {
            let inside = DER.element(4, Array(key.derRepresentation))
            return DER.pem("PRIVATE KEY", DER.sequence([2, 1, 0], algorithm, inside))
        }
        let inside = DER.element(3, [0] + key.publicKey.pkcs1DERRepresentation)
        return DER.pem("PUBLIC KEY", DER.sequence(algorithm, inside))
    }

    static func parameters(_ hash: UInt8?, mask: UInt8?, salt: [UInt8]?, trailer: [UInt8]? = nil) -> [UInt8] {
        func identifier(_ last: UInt8) -> [UInt8] {
            DER.sequence(DER.element(6, [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, last]), [5, 0])
        }
        let generator = DER.element(6, [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x08])
        return DER.sequence(
            hash.map { DER.element(0xA0, identifier($0)) } ?? [],
            mask.map { DER.element(0xA1, DER.sequence(generator, identifier($0))) } ?? [],
            salt.map { DER.element(0xA2, DER.element(2, $0)) } ?? [],
            trailer.map { DER.element(0xA3, DER.element(2, $0)) } ?? []
        )
    }

    @Test func `that is marked for RSASSA-PSS is for PS algorithms alone, of its hash where it names one`() throws {
        let rsa = try _RSA.Signing.PrivateKey(keySize: .bits2048)
        let pkcs1: [SignatureAlgorithm] = [.rs256, .rs384, .rs512]
        let all: [SignatureAlgorithm] = [.ps256, .ps384, .ps512]
        let cases: [([UInt8], [SignatureAlgorithm])] = [
            ([], all), (Self.parameters(1, mask: 1, salt: [32]), [.ps256]),
            (Self.parameters(2, mask: 2, salt: [48]), [.ps384]), (Self.parameters(3, mask: 3, salt: [64]), [.ps512]),
            (Self.parameters(1, mask: 1, salt: nil), [.ps256]),
            (Self.parameters(3, mask: 3, salt: [0], trailer: [1]), [.ps512]),
        ]
        for (parameters, fitting) in cases {
            for isPrivate in [true, false] {
                let pem = Self.pss(rsa, parameters, isPrivate: isPrivate)
                for algorithm in all + pkcs1 {
                    let code: KeyError.Code? = fitting.contains(algorithm) ? nil : .algorithmMismatch
                    #expect(Self.verifying(pem, algorithm)?.code == code)
                    if isPrivate { #expect(Self.signing(pem, algorithm)?.code == code) }
                }
                // As a JWK it keeps the mark: by its alg, or by asking for one.
                let fault = keyFault { () throws(KeyError) in try JWK(pem: pem) }
                #expect(fault?.code == (fitting.count == 1 ? nil : .algorithmRequired))
                if fitting.count == 1 { #expect(try JWK(pem: pem).algorithm == fitting[0].name) }
                #expect(try JWK(pem: pem, algorithm: fitting[0]).algorithm == fitting[0].name)
                #expect(keyFault { () throws(KeyError) in try JWK(pem: pem, algorithm: .rs256) } != nil)
            }
        }
    }

    @Test func `that is marked for RSASSA-PSS with what no PS algorithm has is refused`() throws {
        let rsa = try _RSA.Signing.PrivateKey(keySize: .bits2048)
        let cases: [([UInt8], KeyError.Code)] = [
            ([0x30, 0], .unsupported),  // SHA-1
            (Self.parameters(1, mask: nil, salt: [32]), .unsupported),
            (Self.parameters(nil, mask: 1, salt: [32]), .unsupported),
            (Self.parameters(1, mask: 2, salt: [32]), .unsupported),
            (Self.parameters(1, mask: 1, salt: [33]), .unsupported),
            (Self.parameters(1, mask: 1, salt: [1, 0]), .unsupported),
            (Self.parameters(1, mask: 1, salt: [0x80]), .malformed),
            (Self.parameters(4, mask: 4, salt: [28]), .unsupported),
            (Self.parameters(1, mask: 1, salt: [32], trailer: [2]), .malformed),
            ([5, 0], .malformed), ([0x30, 2, 0xA0, 0], .malformed), ([0x30, 3, 0xA4, 1, 0], .malformed),
            (Self.parameters(1, mask: 1, salt: [32]) + [5, 0], .malformed),
        ]
        for (parameters, code) in cases {
            for isPrivate in [true, false] {
                let pem = Self.pss(rsa, parameters, isPrivate: isPrivate)
                #expect(Self.verifying(pem, .ps256)?.code == code, "\(parameters)")
            }
        }
    }

    @Test func `that is of no use here is refused by the name of what was found`() throws {
        func spki(_ identifier: [UInt8]) -> String {
            DER.pem("PUBLIC KEY", DER.sequence(DER.sequence(DER.element(6, identifier)), DER.element(3, [0, 1])))
        }
        func pkcs8(_ identifier: [UInt8]) -> String {
            let algorithm = DER.sequence(DER.element(6, identifier))
            return DER.pem("PRIVATE KEY", DER.sequence([2, 1, 0], algorithm, DER.element(4, [4, 0])))
        }
        let identifiers: [([UInt8], String)] = [
            ([0x2B, 0x65, 0x6F], "X448"), ([0x2B, 0x65, 0x71], "Ed448"),
            ([0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, 0x11], "ML-DSA-44"),
            ([0x2A, 0x86, 0x48, 0xCE, 0x38, 4, 1], "DSA"), ([0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 3, 1], "Diffie"),
            ([0x2A, 3], "does not know"),
        ]
        for (identifier, word) in identifiers {
            for pem in [spki(identifier), pkcs8(identifier)] {
                #expect(Self.verifying(pem)?.code == .unsupported)
                #expect(Self.verifying(pem)?.reason.contains(word) == true, "\(word)")
            }
        }
        let inside = DER.bytes(Self.privateKey)
        let labels = [
            ("ENCRYPTED PRIVATE KEY", "encrypted"), ("CERTIFICATE REQUEST", "certificate request"),
            ("NEW CERTIFICATE REQUEST", "certificate request"), ("X509 CRL", "revoked certificates"),
            ("OPENSSH PRIVATE KEY", "OpenSSH"), ("DSA PRIVATE KEY", "DSA"), ("EC PARAMETERS", "without the key"),
            ("PKCS7", "bundle"), ("PGP PRIVATE KEY BLOCK", "OpenPGP"), ("TRUSTED CERTIFICATE", "OpenSSL's own"),
            ("SOMETHING ELSE", "no key of a known kind"),
        ]
        for (label, word) in labels {
            #expect(Self.signing(DER.pem(label, inside))?.reason.contains(word) == true, "\(label)")
        }
        let texts = [
            (Self.privateKey.replacing("\n", with: "\\n"), "\\n"),
            (Self.privateKey.replacing("\n", with: "\\r\\n"), "\\n"),
            ("\"" + Self.privateKey.replacing("\n", with: "\\n") + "\"", "\\n"),
            (Self.privateKey.replacing("\n", with: " "), "line breaks are lost"),
            ("{\"private_key\":\"" + Self.privateKey.replacing("\n", with: "\\n") + "\"}", "JSON"),
            (String(decoding: inside, as: UTF8.self), "DER"), (Data(inside).base64EncodedString(), "no BEGIN line"),
            ("ssh-ed25519 AAAAC3Nz me@here", "SSH public key"), ("ecdsa-sha2-nistp256 AAAA", "SSH public key"),
            ("---- BEGIN SSH2 PUBLIC KEY ----\nAAAA\n---- END SSH2 PUBLIC KEY ----", "SSH public key"),
            ("sk-ssh-ed25519@openssh.com AAAA", "security token"), ("PuTTY-User-Key-File-3: ssh-ed25519", "PuTTY"),
            (Self.privateKey + "\n" + Self.certificate, "more than one"), ("   \n ", "empty"), ("hello", "no BEGIN"),
            ("-----BEGIN \u{212A}EY-----\nAA==\n-----END \u{212A}EY-----", "without a kind"),
            (String(repeating: "\n", count: 200_000), "longer"),
        ]
        for (text, word) in texts {
            let fault = Self.signing(text)
            #expect(fault?.reason.contains(word) == true, "\(word): \(fault?.reason ?? "taken")")
        }
    }

    @Test func `whose private key is another's than its public one is refused`() throws {
        let half = try #require(SigningKey.generate(.es256).verifyingKey.jwk.members["x"]?.stringValue)
        let other = try #require(Base64URL.decode(half))
        var der = DER.bytes(Self.privateKey)
        // The point ends the document: its y is changed for other bytes.
        der.replaceSubrange((der.count - 32)..., with: other)
        #expect(Self.signing(DER.pem("PRIVATE KEY", der))?.code == .invalid)

        let edwards = try SigningKey.generate(.ed25519)
        let seed = try #require(Base64URL.decode(edwards.jwk.members["d"]?.stringValue ?? ""))
        let point = try #require(Base64URL.decode(edwards.jwk.members["x"]?.stringValue ?? ""))
        let algorithm = DER.sequence(DER.element(6, [0x2B, 0x65, 0x70]))
        let inside = DER.element(4, DER.element(4, seed))
        for (bytes, code) in [(point, nil), (other, .invalid)] as [([UInt8], KeyError.Code?)] {
            let document = DER.sequence([2, 1, 1], algorithm, inside, DER.element(0x81, [0] + bytes))
            #expect(Self.signing(DER.pem("PRIVATE KEY", document), .ed25519)?.code == code)
        }
    }

    @Test func `with bytes behind it, or lengths that DER writes otherwise, is malformed`() throws {
        for algorithm in [SignatureAlgorithm.ed25519, .rs256, .mlDSA65] {
            let key = try SigningKey.generate(algorithm)
            let half = DER.bytes(try #require(key.verifyingKey.pem))
            let whole = DER.bytes(try #require(key.pem))
            #expect(Self.verifying(DER.pem("PUBLIC KEY", half), algorithm) == nil)
            #expect(Self.verifying(DER.pem("PUBLIC KEY", half + [0]), algorithm)?.code == .malformed)
            #expect(Self.signing(DER.pem("PRIVATE KEY", whole + [0]), algorithm)?.code == .malformed)
        }
        let half = DER.bytes(try #require(SigningKey.generate(.ed25519).verifyingKey.pem))
        let long = [0x30, 0x81, UInt8(half.count - 2)] + half.dropFirst(2)
        #expect(Self.verifying(DER.pem("PUBLIC KEY", long), .ed25519)?.code == .malformed)
    }
}
