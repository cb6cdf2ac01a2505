import Crypto
import CryptoExtras
import Foundation
import JOSE

/// swift-crypto alone: the key is made, the message is there; hash and sign, or hash and compare.
struct Bare: Subject {
    let fixture: Fixture

    func operation(_ name: String, _ algorithm: String) throws -> Operation? {
        if let encryption = fixture.encryptions[algorithm] {
            return try BareEncryption(encryption, fixture.object.serialized(), isEncrypting: name == "encrypt")
                .operation(algorithm)
        }
        guard let entry = fixture.algorithms[algorithm] else { return nil }
        let (input, signature) = entry.token.signed
        let work = Work(entry: entry, message: Data(input), signature: Data(signature), isSigning: name == "sign")
        guard name == "sign" || name == "verify" else { return nil }
        switch algorithm {
        case "HS256": return try work.hmac(SHA256.self)
        case "HS384": return try work.hmac(SHA384.self)
        case "HS512": return try work.hmac(SHA512.self)
        case "RS256": return try work.rsa(SHA256.self, .insecurePKCS1v1_5)
        case "RS384": return try work.rsa(SHA384.self, .insecurePKCS1v1_5)
        case "RS512": return try work.rsa(SHA512.self, .insecurePKCS1v1_5)
        case "PS256": return try work.rsa(SHA256.self, .PSS)
        case "PS384": return try work.rsa(SHA384.self, .PSS)
        case "PS512": return try work.rsa(SHA512.self, .PSS)
        case "ES256": return try work.p256()
        case "ES384": return try work.p384()
        case "ES512": return try work.p521()
        case "Ed25519": return try work.ed25519()
        default: return nil
        }
    }
}

private struct Work {
    let entry: Fixture.Entry
    let message: Data
    let signature: Data
    let isSigning: Bool

    private func require(_ isValid: Bool) throws {
        guard isValid else { throw WrongAnswer() }
    }

    func hmac<Hash: HashFunction>(_ hash: Hash.Type) throws -> Operation {
        let key = SymmetricKey(data: Base64URL.decode(entry.secret ?? "") ?? [])
        if isSigning { return .plain { _ = HMAC<Hash>.authenticationCode(for: message, using: key) } }
        return .plain {
            try require(HMAC<Hash>.isValidAuthenticationCode(signature, authenticating: message, using: key))
        }
    }

    func rsa<Hash: HashFunction>(_ hash: Hash.Type, _ padding: _RSA.Signing.Padding) throws -> Operation {
        let key = try _RSA.Signing.PrivateKey(pemRepresentation: entry.privatePEM ?? "")
        let publicKey = key.publicKey
        if isSigning { return .plain { _ = try key.signature(for: Hash.hash(data: message), padding: padding) } }
        return .plain {
            let made = _RSA.Signing.RSASignature(rawRepresentation: signature)
            try require(publicKey.isValidSignature(made, for: Hash.hash(data: message), padding: padding))
        }
    }

    func p256() throws -> Operation {
        let key = try P256.Signing.PrivateKey(pemRepresentation: entry.privatePEM ?? "")
        let publicKey = key.publicKey
        if isSigning { return .plain { _ = try key.signature(for: SHA256.hash(data: message)).rawRepresentation } }
        return .plain {
            let made = try P256.Signing.ECDSASignature(rawRepresentation: signature)
            try require(publicKey.isValidSignature(made, for: SHA256.hash(data: message)))
        }
    }

    func p384() throws -> Operation {
        let key = try P384.Signing.PrivateKey(pemRepresentation: entry.privatePEM ?? "")
        let publicKey = key.publicKey
        if isSigning { return .plain { _ = try key.signature(for: SHA384.hash(data: message)).rawRepresentation } }
        return .plain {
            let made = try P384.Signing.ECDSASignature(rawRepresentation: signature)
            try require(publicKey.isValidSignature(made, for: SHA384.hash(data: message)))
        }
    }

    func p521() throws -> Operation {
        let key = try P521.Signing.PrivateKey(pemRepresentation: entry.privatePEM ?? "")
        let publicKey = key.publicKey
        if isSigning { return .plain { _ = try key.signature(for: SHA512.hash(data: message)).rawRepresentation } }
        return .plain {
            let made = try P521.Signing.ECDSASignature(rawRepresentation: signature)
            try require(publicKey.isValidSignature(made, for: SHA512.hash(data: message)))
        }
    }

    func ed25519() throws -> Operation {
        let jwk = try JSONObject(parsing: entry.jwk)
        let seed = Base64URL.decode(jwk["d"]?.stringValue ?? "") ?? []
        let key = try Curve25519.Signing.PrivateKey(rawRepresentation: seed)
        let publicKey = key.publicKey
        if isSigning { return .plain { _ = try key.signature(for: message) } }
        return .plain { try require(publicKey.isValidSignature(signature, for: message)) }
    }
}
