internal import Crypto
internal import FoundationEssentials

/// A recipient's public key for Diffie-Hellman on one of four curves.
enum AgreementPublicKey: Sendable {
    case p256(P256.KeyAgreement.PublicKey)
    case p384(P384.KeyAgreement.PublicKey)
    case p521(P521.KeyAgreement.PublicKey)
    case x25519(Curve25519.KeyAgreement.PublicKey)

    /// Takes the numbers of a key; that they are a point of the curve was checked when they were read.
    init(_ material: KeyMaterial) throws(KeyError) {
        do {
            switch material {
            case .p256(let key, _): self = .p256(try .init(x963Representation: key.x963Representation))
            case .p384(let key, _): self = .p384(try .init(x963Representation: key.x963Representation))
            case .p521(let key, _): self = .p521(try .init(x963Representation: key.x963Representation))
            case .x25519(let key, _): self = .x25519(key)
            default: throw KeyError(.algorithmMismatch, "\(material.summary) agrees on no keys")
            }
        } catch let error as KeyError {
            throw error
        } catch {
            throw KeyError(.invalid, "not a point of the curve")
        }
    }

    /// Reads a sender's `epk`; that a point of X25519 is of low order shows at the secret, and is not looked for twice.
    init(ephemeral: JSONObject) throws(KeyError) {
        guard KeyType(exactly: ephemeral["kty"]?.stringValue ?? "") == .okp else {
            try self.init(KeyMaterial(jwk: JWK(members: ephemeral)))
            return
        }
        let x = try KeyMaterial.bytes("x", in: ephemeral, count: 32)
        guard let key = try? Curve25519.KeyAgreement.PublicKey(rawRepresentation: x) else {
            throw KeyError(.invalid, "not an X25519 key")
        }
        self = .x25519(key)
    }

    /// Agrees on a secret by a key made for this once, whose public half is `epk` (RFC 7518 §4.6.1.1).
    func agree() throws -> (secret: [UInt8], ephemeral: JSONObject) {
        func members(_ curve: String, _ point: Data) -> JSONObject {
            let size = (point.count - 1) / 2
            let x = Base64URL.encode(point.dropFirst().prefix(size))
            return [
                "kty": "EC", "crv": .string(curve), "x": .string(x), "y": .string(Base64URL.encode(point.suffix(size))),
            ]
        }
        switch self {
        case .p256(let key):
            let own = P256.KeyAgreement.PrivateKey()
            let secret = try own.sharedSecretFromKeyAgreement(with: key).withUnsafeBytes { Array($0) }
            return (secret, members("P-256", own.publicKey.x963Representation))
        case .p384(let key):
            let own = P384.KeyAgreement.PrivateKey()
            let secret = try own.sharedSecretFromKeyAgreement(with: key).withUnsafeBytes { Array($0) }
            return (secret, members("P-384", own.publicKey.x963Representation))
        case .p521(let key):
            let own = P521.KeyAgreement.PrivateKey()
            let secret = try own.sharedSecretFromKeyAgreement(with: key).withUnsafeBytes { Array($0) }
            return (secret, members("P-521", own.publicKey.x963Representation))
        case .x25519(let key):
            let own = Curve25519.KeyAgreement.PrivateKey()
            let secret = try own.sharedSecretFromKeyAgreement(with: key).withUnsafeBytes { Array($0) }
            let x = Base64URL.encode(own.publicKey.rawRepresentation)
            return (secret, ["kty": "OKP", "crv": "X25519", "x": .string(x)])
        }
    }
}

/// A recipient's private key for Diffie-Hellman on one of four curves.
enum AgreementPrivateKey: Sendable {
    case p256(P256.KeyAgreement.PrivateKey)
    case p384(P384.KeyAgreement.PrivateKey)
    case p521(P521.KeyAgreement.PrivateKey)
    case x25519(Curve25519.KeyAgreement.PrivateKey)

    /// Takes the numbers of a private key.
    init(_ material: KeyMaterial) throws(KeyError) {
        do {
            switch material {
            case .p256(_, let key?): self = .p256(try .init(rawRepresentation: key.rawRepresentation))
            case .p384(_, let key?): self = .p384(try .init(rawRepresentation: key.rawRepresentation))
            case .p521(_, let key?): self = .p521(try .init(rawRepresentation: key.rawRepresentation))
            case .x25519(_, let key?): self = .x25519(key)
            default: throw KeyError(.algorithmMismatch, "\(material.summary) agrees on no keys")
            }
        } catch let error as KeyError {
            throw error
        } catch {
            throw KeyError(.invalid, "not a private key of the curve")
        }
    }

    /// The curve's name in a JWK.
    private var curve: String {
        switch self {
        case .p256: "P-256"
        case .p384: "P-384"
        case .p521: "P-521"
        case .x25519: "X25519"
        }
    }

    /// The secret shared with a sender's `epk`; nil where that is no public key of this curve.
    ///
    /// A point that is not on the curve, or of low order on X25519, would tell something of the private key.
    func secret(with ephemeral: JSONObject) -> [UInt8]? {
        // The curve first, so that a header cannot ask for work on numbers of another kind.
        guard let name = ephemeral["crv"]?.stringValue, name.hasSameBytes(as: curve), ephemeral["d"] == nil,
            let sender = try? AgreementPublicKey(ephemeral: ephemeral)
        else { return nil }
        let secret: SharedSecret? =
            switch (self, sender) {
            case (.p256(let own), .p256(let key)): try? own.sharedSecretFromKeyAgreement(with: key)
            case (.p384(let own), .p384(let key)): try? own.sharedSecretFromKeyAgreement(with: key)
            case (.p521(let own), .p521(let key)): try? own.sharedSecretFromKeyAgreement(with: key)
            case (.x25519(let own), .x25519(let key)): try? own.sharedSecretFromKeyAgreement(with: key)
            default: nil
            }
        guard let bytes = secret?.withUnsafeBytes({ Array($0) }) else { return nil }
        // RFC 7748 §6.1: BoringSSL leaves this check to its caller.
        return bytes.hasSameSecretBytes(as: repeatElement(0, count: bytes.count)) ? nil : bytes
    }
}
