internal import Crypto
internal import CryptoExtras
internal import FoundationEssentials

extension KeyMaterial {
    /// Reads a key from PEM for another use than signatures, which a key marked for RSASSA-PSS does not have.
    init(pem text: String) throws(KeyError) {
        let document = try KeyDocument(pem: text)
        guard document.algorithms.count == document.material.algorithms.count else {
            throw KeyError(.algorithmMismatch, "an RSASSA-PSS key is for signatures alone")
        }
        self = document.material
    }

    /// Reads a private key's document (RFC 5958, RFC 8410).
    static func pkcs8(_ der: [UInt8]) throws(KeyError) -> KeyDocument {
        var outer = DERReader(der)
        guard var sequence = outer.sequence(), outer.isEmpty, sequence.integer() != nil,
            var algorithm = sequence.sequence(), let identifier = algorithm.objectIdentifier(),
            let key = sequence.octets()
        else { throw KeyError(.malformed, "not a PKCS#8 key") }
        // Attributes may follow, and the public key.
        _ = sequence.element(0xA0)
        let publicKey = sequence.element(0x81).map { Array($0.dropFirst()) }
        let kind = KeyIdentifier(identifier)
        switch kind {
        case .ellipticCurve: return KeyDocument(try ellipticCurve(private: der))
        case .rsa: return KeyDocument(try rsa(key, isPrivate: true))
        case .rsaPSS:
            let algorithms = try RSAPSSParameters.algorithms(algorithm)
            return KeyDocument(try rsa(key, isPrivate: true), algorithms: algorithms)
        case .ed25519:
            var inner = DERReader(key)
            guard let seed = inner.octets(), inner.isEmpty,
                let secret = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed)
            else { throw KeyError(.malformed, "not an Ed25519 key") }
            guard publicKey.map(secret.publicKey.rawRepresentation.elementsEqual) ?? true else { throw notOfThisKey }
            return KeyDocument(.ed25519(secret.publicKey, secret))
        case .x25519: return KeyDocument(try x25519(privateKey: key, publicKey: publicKey))
        case .mlDSA65: return KeyDocument(try mlDSA(.mlDSA65, .mlDSA65, private: key, publicKey: publicKey))
        case .mlDSA87: return KeyDocument(try mlDSA(.mlDSA87, .mlDSA87, private: key, publicKey: publicKey))
        default: throw KeyIdentifier.unsupported(kind)
        }
    }

    /// Reads a public key's document (RFC 5280 §4.1.2.7).
    static func subjectPublicKeyInfo(_ der: [UInt8]) throws(KeyError) -> KeyDocument {
        var outer = DERReader(der)
        guard var sequence = outer.sequence(), outer.isEmpty, var algorithm = sequence.sequence(),
            let identifier = algorithm.objectIdentifier(), let key = sequence.bits(), sequence.isEmpty
        else { throw KeyError(.malformed, "not a public key") }
        let kind = KeyIdentifier(identifier)
        switch kind {
        case .ellipticCurve:
            if let key = try? P256.Signing.PublicKey(derRepresentation: der) { return KeyDocument(.p256(key, nil)) }
            if let key = try? P384.Signing.PublicKey(derRepresentation: der) { return KeyDocument(.p384(key, nil)) }
            if let key = try? P521.Signing.PublicKey(derRepresentation: der) { return KeyDocument(.p521(key, nil)) }
            throw KeyError(.unsupported, "an EC key of a curve this library does not know, or not a point of it")
        case .rsa: return KeyDocument(try rsa(key, isPrivate: false))
        case .rsaPSS:
            let algorithms = try RSAPSSParameters.algorithms(algorithm)
            return KeyDocument(try rsa(key, isPrivate: false), algorithms: algorithms)
        case .ed25519: return KeyDocument(.ed25519(try Ed25519Checks.key(key), nil))
        case .x25519: return KeyDocument(try x25519(publicKey: key))
        case .mlDSA65: return KeyDocument(try KeyMaterial(mlDSA: .mlDSA65, publicKey: key))
        case .mlDSA87: return KeyDocument(try KeyMaterial(mlDSA: .mlDSA87, publicKey: key))
        default: throw KeyIdentifier.unsupported(kind)
        }
    }

    /// Reads SEC 1, alone or in PKCS#8; the public key that it may bring must be the private one's.
    static func ellipticCurve(private der: [UInt8]) throws(KeyError) -> KeyMaterial {
        let point = publicPoint(ofPrivateKey: der)
        func belongs(_ whole: Data, _ compressed: Data) -> Bool {
            point.map { whole.elementsEqual($0) || compressed.elementsEqual($0) } ?? true
        }
        if let key = try? P256.Signing.PrivateKey(derRepresentation: der) {
            let half = key.publicKey
            guard belongs(half.x963Representation, half.compressedRepresentation) else { throw notOfThisKey }
            return .p256(half, key)
        }
        if let key = try? P384.Signing.PrivateKey(derRepresentation: der) {
            let half = key.publicKey
            guard belongs(half.x963Representation, half.compressedRepresentation) else { throw notOfThisKey }
            return .p384(half, key)
        }
        if let key = try? P521.Signing.PrivateKey(derRepresentation: der) {
            let half = key.publicKey
            guard belongs(half.x963Representation, half.compressedRepresentation) else { throw notOfThisKey }
            return .p521(half, key)
        }
        throw KeyError(.unsupported, "an EC key of a curve this library does not know, or damaged")
    }

    /// The public key that a private key's document brings along (RFC 5915 §3).
    private static func publicPoint(ofPrivateKey der: [UInt8]) -> [UInt8]? {
        var outer = DERReader(der)
        guard var sequence = outer.sequence(), sequence.integer() != nil else { return nil }
        if sequence.tag == 0x30 {
            guard sequence.sequence() != nil, let inner = sequence.octets() else { return nil }
            return publicPoint(ofPrivateKey: inner)
        }
        guard sequence.octets() != nil else { return nil }
        _ = sequence.element(0xA0)
        guard var point = sequence.explicit(0xA1) else { return nil }
        return point.bits()
    }

    /// Reads PKCS#1, checking the public numbers before BoringSSL sees them.
    static func rsa(_ der: [UInt8], isPrivate: Bool) throws(KeyError) -> KeyMaterial {
        var outer = DERReader(der)
        guard var sequence = outer.sequence(), outer.isEmpty else { throw KeyError(.malformed, "not an RSA key") }
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
        case .x25519(let key, let secret): Self.pem(x25519: key, secret)
        case .mlDSA65(let key, let secret):
            Self.mlDSAPEM(.mlDSA65, key.rawRepresentation, seed: secret?.seedRepresentation)
        case .mlDSA87(let key, let secret):
            Self.mlDSAPEM(.mlDSA87, key.rawRepresentation, seed: secret?.seedRepresentation)
        case .rsa(let key, let secret): secret?.pkcs8PEMRepresentation ?? key.pemRepresentation
        }
    }
}
