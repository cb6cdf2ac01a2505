import Crypto
import CryptoExtras
import Foundation
import JOSE

/// swift-crypto alone: the key is made; a content key is brought over and AES-GCM encrypts, nothing is encoded or parsed.
///
/// One or two of each kind; the others are left out.
struct BareEncryption {
    private let isEncrypting: Bool
    private let plaintext: Data
    private let jwk: JSONObject
    private let parts: [Data]

    init(_ encryption: Encryption, _ plaintext: [UInt8], isEncrypting: Bool) throws {
        self.isEncrypting = isEncrypting
        self.plaintext = Data(plaintext)
        jwk = try JSONObject(parsing: encryption.jwk)
        parts = encryption.message.split(separator: ".", omittingEmptySubsequences: false)
            .map { Data(Base64URL.decode(String($0)) ?? []) }
    }

    private func bytes(_ member: String) -> [UInt8] { Base64URL.decode(jwk[member]?.stringValue ?? "") ?? [] }

    /// What is authenticated with the content: the header's text.
    private var authenticated: Data { Data(Base64URL.encode(parts[0]).utf8) }

    func operation(_ name: String) throws -> Operation? {
        switch name {
        case "dir/A128GCM", "dir/A192GCM", "dir/A256GCM": return content(SymmetricKey(data: bytes("k")))
        case "A128KW", "A192KW", "A256KW": return wrapped(SymmetricKey(data: bytes("k")))
        case "RSA-OAEP": return try rsa(.PKCS1_OAEP)
        case "RSA-OAEP-256": return try rsa(.PKCS1_OAEP_SHA256)
        case "ECDH-ES/P-256": return try p256()
        case "ECDH-ES/X25519": return try x25519()
        default: return nil
        }
    }

    private func seal(_ key: SymmetricKey, _ authenticated: Data) throws {
        _ = try AES.GCM.seal(plaintext, using: key, nonce: AES.GCM.Nonce(), authenticating: authenticated)
    }

    private func open(_ key: SymmetricKey, _ authenticated: Data) throws {
        let box = try AES.GCM.SealedBox(nonce: AES.GCM.Nonce(data: parts[2]), ciphertext: parts[3], tag: parts[4])
        guard try AES.GCM.open(box, using: key, authenticating: authenticated).count == plaintext.count else {
            throw WrongAnswer()
        }
    }

    private func content(_ key: SymmetricKey) -> Operation {
        let authenticated = authenticated
        return isEncrypting ? .plain { try seal(key, authenticated) } : .plain { try open(key, authenticated) }
    }

    private func wrapped(_ key: SymmetricKey) -> Operation {
        let authenticated = authenticated
        guard isEncrypting else {
            return .plain { try open(AES.KeyWrap.unwrap(parts[1], using: key), authenticated) }
        }
        return .plain {
            let content = SymmetricKey(size: .bits256)
            _ = try AES.KeyWrap.wrap(content, using: key)
            try seal(content, authenticated)
        }
    }

    private func rsa(_ padding: _RSA.Encryption.Padding) throws -> Operation {
        let pem = try DecryptionKey(jwk: JWK(members: jwk)).pem ?? ""
        let key = try _RSA.Encryption.PrivateKey(pemRepresentation: pem)
        let publicKey = key.publicKey
        let authenticated = authenticated
        guard isEncrypting else {
            return .plain { try open(SymmetricKey(data: key.decrypt(parts[1], padding: padding)), authenticated) }
        }
        return .plain {
            let content = SymmetricKey(size: .bits256)
            _ = try content.withUnsafeBytes { try publicKey.encrypt($0, padding: padding) }
            try seal(content, authenticated)
        }
    }

    /// The derived key: one block of Concat KDF (RFC 7518 §4.6.2), which for 256 bits is one hash.
    private func derived(_ secret: SharedSecret) -> SymmetricKey {
        var hash = SHA256()
        hash.update(data: [0, 0, 0, 1])
        secret.withUnsafeBytes { hash.update(bufferPointer: $0) }
        hash.update(data: [0, 0, 0, 7] + Array("A256GCM".utf8) + [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0])
        return SymmetricKey(data: hash.finalize())
    }

    private func ephemeral(_ member: String) throws -> [UInt8] {
        let header = try JSONObject(parsing: Array(parts[0]))
        return Base64URL.decode(header["epk"]?[member]?.stringValue ?? "") ?? []
    }

    /// Encrypts with what a sender agrees on, or decrypts with what the recipient does.
    private func agreed(
        sending: @escaping () throws -> SharedSecret,
        receiving: @escaping () throws -> SharedSecret
    ) -> Operation {
        let authenticated = authenticated
        guard isEncrypting else { return .plain { try open(derived(receiving()), authenticated) } }
        return .plain { try seal(derived(sending()), authenticated) }
    }

    private func p256() throws -> Operation {
        let key = try P256.KeyAgreement.PrivateKey(rawRepresentation: bytes("d"))
        let (recipient, point) = (key.publicKey, try ephemeral("x") + ephemeral("y"))
        return agreed {
            let sender = P256.KeyAgreement.PrivateKey()
            _ = sender.publicKey.rawRepresentation
            return try sender.sharedSecretFromKeyAgreement(with: recipient)
        } receiving: {
            try key.sharedSecretFromKeyAgreement(with: P256.KeyAgreement.PublicKey(rawRepresentation: point))
        }
    }

    private func x25519() throws -> Operation {
        let key = try Curve25519.KeyAgreement.PrivateKey(rawRepresentation: bytes("d"))
        let (recipient, point) = (key.publicKey, try ephemeral("x"))
        return agreed {
            let sender = Curve25519.KeyAgreement.PrivateKey()
            _ = sender.publicKey.rawRepresentation
            return try sender.sharedSecretFromKeyAgreement(with: recipient)
        } receiving: {
            try key.sharedSecretFromKeyAgreement(with: Curve25519.KeyAgreement.PublicKey(rawRepresentation: point))
        }
    }
}
