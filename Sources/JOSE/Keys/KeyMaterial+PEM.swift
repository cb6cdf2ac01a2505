internal import Crypto
internal import CryptoExtras
internal import FoundationEssentials

extension KeyMaterial {
    /// Reads a key from PEM: PKCS#8, SPKI, PKCS#1 or SEC 1.
    init(pem text: String) throws(KeyError) {
        let document = try PEM(text)
        switch document.label {
        case "PRIVATE KEY":
            self = try Self.pkcs8(document.bytes)
        case "PUBLIC KEY":
            self = try Self.subjectPublicKeyInfo(document.bytes)
        case "RSA PRIVATE KEY", "RSA PUBLIC KEY":
            self = try Self.rsa(document.bytes, isPrivate: document.label == "RSA PRIVATE KEY")
        case "EC PRIVATE KEY":
            self = try Self.ellipticCurve(private: document.bytes)
        case "ENCRYPTED PRIVATE KEY":
            throw KeyError(.unsupported, "an encrypted PEM key; decrypt it first")
        case "CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE":
            throw KeyError(.unsupported, "a certificate, not a key; take its public key out first")
        case "CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST":
            throw KeyError(.unsupported, "a certificate request, not a key")
        case "OPENSSH PRIVATE KEY":
            throw KeyError(.unsupported, "an OpenSSH key; convert it to PKCS#8 first")
        case "EC PARAMETERS":
            throw KeyError(.unsupported, "EC parameters stand before the key; keep the key alone")
        default:
            throw KeyError(.unsupported, "a PEM document that is no key of a known kind")
        }
    }

    private static let rsaIdentifiers: [[UInt8]] = [
        [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01],  // rsaEncryption
        [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x0A],  // id-RSASSA-PSS
    ]
    private static let ed25519Identifier: [UInt8] = [0x2B, 0x65, 0x70]
    private static let ecIdentifier: [UInt8] = [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01]

    private static func pkcs8(_ der: [UInt8]) throws(KeyError) -> KeyMaterial {
        var outer = DERReader(der)
        guard var sequence = outer.sequence(), sequence.integer() != nil, var algorithm = sequence.sequence(),
            let identifier = algorithm.objectIdentifier(), let key = sequence.octets()
        else { throw KeyError(.malformed, "not a PKCS#8 key") }
        if identifier == ecIdentifier { return try ellipticCurve(private: der) }
        if rsaIdentifiers.contains(identifier) { return try rsa(key, isPrivate: true) }
        if identifier == ed25519Identifier {
            var inner = DERReader(key)
            guard let seed = inner.octets(), let secret = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed)
            else { throw KeyError(.malformed, "not an Ed25519 key") }
            return .ed25519(secret.publicKey, secret)
        }
        throw KeyError(.unsupported, "a PKCS#8 key of an algorithm this library does not know")
    }

    private static func subjectPublicKeyInfo(_ der: [UInt8]) throws(KeyError) -> KeyMaterial {
        var outer = DERReader(der)
        guard var sequence = outer.sequence(), var algorithm = sequence.sequence(),
            let identifier = algorithm.objectIdentifier(), let key = sequence.element(0x03)
        else { throw KeyError(.malformed, "not a public key") }
        if identifier == ecIdentifier {
            if let key = try? P256.Signing.PublicKey(derRepresentation: der) { return .p256(key, nil) }
            if let key = try? P384.Signing.PublicKey(derRepresentation: der) { return .p384(key, nil) }
            if let key = try? P521.Signing.PublicKey(derRepresentation: der) { return .p521(key, nil) }
            throw KeyError(.unsupported, "an EC key of a curve this library does not know, or not a point of it")
        }
        if rsaIdentifiers.contains(identifier) { return try rsa(Array(key.dropFirst()), isPrivate: false) }
        if identifier == ed25519Identifier {
            guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: Array(key.dropFirst())) else {
                throw KeyError(.malformed, "not an Ed25519 key")
            }
            return .ed25519(key, nil)
        }
        throw KeyError(.unsupported, "a public key of an algorithm this library does not know")
    }

    private static func ellipticCurve(private der: [UInt8]) throws(KeyError) -> KeyMaterial {
        if let key = try? P256.Signing.PrivateKey(derRepresentation: der) { return .p256(key.publicKey, key) }
        if let key = try? P384.Signing.PrivateKey(derRepresentation: der) { return .p384(key.publicKey, key) }
        if let key = try? P521.Signing.PrivateKey(derRepresentation: der) { return .p521(key.publicKey, key) }
        throw KeyError(.unsupported, "an EC key of a curve this library does not know, or damaged")
    }

    /// Reads PKCS#1, checking the public numbers before BoringSSL sees them.
    private static func rsa(_ der: [UInt8], isPrivate: Bool) throws(KeyError) -> KeyMaterial {
        var outer = DERReader(der)
        guard var sequence = outer.sequence() else { throw KeyError(.malformed, "not an RSA key") }
        if isPrivate { _ = sequence.integer() }
        guard let n = sequence.integer(), let e = sequence.integer() else {
            throw KeyError(.malformed, "not an RSA key")
        }
        try RSAChecks.requireSound(modulus: n, exponent: e)
        do {
            if isPrivate {
                let key = try _RSA.Signing.PrivateKey(derRepresentation: der)
                return .rsa(key.publicKey, key)
            }
            return .rsa(try _RSA.Signing.PublicKey(n: n, e: e), nil)
        } catch {
            throw KeyError(.invalid, "the RSA key's numbers do not belong together")
        }
    }

    /// The key as PEM: PKCS#8 for a private key, SPKI for a public one; nil for a secret.
    var pem: String? {
        switch self {
        case .secret: nil
        case .p256(let key, let secret): secret?.pemRepresentation ?? key.pemRepresentation
        case .p384(let key, let secret): secret?.pemRepresentation ?? key.pemRepresentation
        case .p521(let key, let secret): secret?.pemRepresentation ?? key.pemRepresentation
        case .ed25519(let key, let secret): secret?.pemRepresentation ?? key.pemRepresentation
        case .rsa(let key, let secret): secret?.pkcs8PEMRepresentation ?? key.pemRepresentation
        }
    }
}
