internal import Crypto
internal import FoundationEssentials

// X25519 (RFC 7748) in the documents that keys come in: JWK (RFC 8037), PKCS#8 and SPKI (RFC 8410).

extension KeyMaterial {
    /// Reads and checks the numbers of an X25519 JWK.
    init(x25519 members: JSONObject) throws(KeyError) {
        let x = try Self.bytes("x", in: members, count: 32)
        let key = try Self.publicX25519(x)
        guard members["d"] != nil else {
            self = .x25519(key, nil)
            return
        }
        let d = try Self.bytes("d", in: members, count: 32)
        guard let secret = try? Curve25519.KeyAgreement.PrivateKey(rawRepresentation: d),
            secret.publicKey.rawRepresentation.elementsEqual(x)
        else { throw Self.notOfThisKey }
        self = .x25519(key, secret)
    }

    /// A key to look for points of low order with: they make its secrets zero as they make everybody's.
    private static let probe = Curve25519.KeyAgreement.PrivateKey()

    /// A public key, if it is not one of the few points that make every secret zero (RFC 7748 §6.1).
    private static func publicX25519(_ bytes: [UInt8]) throws(KeyError) -> Curve25519.KeyAgreement.PublicKey {
        guard let key = try? Curve25519.KeyAgreement.PublicKey(rawRepresentation: bytes),
            let secret = try? probe.sharedSecretFromKeyAgreement(with: key),
            secret.withUnsafeBytes({ $0.contains { $0 != 0 } })
        else { throw KeyError(.invalid, "not an X25519 key, or one of low order") }
        return key
    }

    /// Reads the contents of a PKCS#8 key: an OCTET STRING of 32 bytes, and perhaps the public key beside it.
    static func x25519(privateKey bytes: [UInt8], publicKey: [UInt8]?) throws(KeyError) -> KeyMaterial {
        var inner = DERReader(bytes)
        guard let seed = inner.octets(), inner.isEmpty, seed.count == 32,
            let secret = try? Curve25519.KeyAgreement.PrivateKey(rawRepresentation: seed)
        else { throw KeyError(.malformed, "not an X25519 key") }
        guard publicKey.map(secret.publicKey.rawRepresentation.elementsEqual) ?? true else { throw notOfThisKey }
        return .x25519(secret.publicKey, secret)
    }

    /// Reads the bits of an SPKI key.
    static func x25519(publicKey bytes: [UInt8]) throws(KeyError) -> KeyMaterial {
        guard bytes.count == 32 else { throw KeyError(.malformed, "not an X25519 key") }
        return .x25519(try publicX25519(bytes), nil)
    }

    /// The key as PEM: PKCS#8 for a private key, SPKI for a public one.
    static func pem(
        x25519 key: Curve25519.KeyAgreement.PublicKey,
        _ secret: Curve25519.KeyAgreement.PrivateKey?
    ) -> String {
        let algorithm = DERWriter.sequence(DERWriter.element(0x06, KeyIdentifier.x25519.bytes))
        if let secret {
            let seed = DERWriter.element(0x04, DERWriter.element(0x04, Array(secret.rawRepresentation)))
            return PEM.text("PRIVATE KEY", DERWriter.sequence(DERWriter.integer([0]), algorithm, seed))
        }
        let bits = DERWriter.element(0x03, [0] + key.rawRepresentation)
        return PEM.text("PUBLIC KEY", DERWriter.sequence(algorithm, bits))
    }
}
