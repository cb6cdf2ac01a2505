import Foundation
import JOSE

/// What every peer encrypts to and decrypts: one key and one message for each pair of algorithms.
struct Encryption: Codable {
    var algorithm: String
    var contentEncryption: String
    /// The private or shared key.
    var jwk: String
    /// The claims, encrypted, in the compact form.
    var message: String

    /// Each key management algorithm with AES-GCM of 256 bits, each content encryption with a shared key, and ECDH-ES over
    /// each curve. PBES2 is left out: it costs what its count of iterations is made to cost.
    static func all(_ plaintext: [UInt8]) throws -> [String: Encryption] {
        var all: [String: Encryption] = [:]
        for algorithm in KeyManagementAlgorithm.all {
            for curve in algorithm == .ecdhES ? AgreementCurve.all : [.p256] {
                let key = try DecryptionKey.generate(algorithm, curve: curve, keyID: "k")
                let content = algorithm.contentEncryption
                let detail = content.map { "/\($0)" } ?? (algorithm == .ecdhES ? "/\(curve)" : "")
                all[algorithm.name + detail] = try make(key, content ?? .a256gcm, plaintext)
            }
        }
        return all
    }

    private static func make(
        _ key: DecryptionKey,
        _ content: ContentEncryptionAlgorithm,
        _ plaintext: [UInt8]
    ) throws -> Encryption {
        Encryption(
            algorithm: key.algorithm.name,
            contentEncryption: content.name,
            jwk: key.jwk.members.text,
            message: try JWE.encrypt(plaintext, for: key.encryptionKey, using: content)
        )
    }

    /// This library's operation.
    func operation(_ name: String, _ plaintext: [UInt8]) throws -> Operation? {
        let content = ContentEncryptionAlgorithm(contentEncryption)
        let algorithm = KeyManagementAlgorithm.all.first { $0.name == self.algorithm && $0.contentEncryption ?? content == content }
        let key = try DecryptionKey(jwk: JWK(parsing: jwk), algorithm: algorithm)
        switch name {
        case "encrypt":
            let recipient = key.encryptionKey
            return .plain { _ = try JWE.encrypt(plaintext, for: recipient, using: content) }
        case "decrypt":
            let keys: DecryptionKeySet = [key]
            return .plain {
                guard try JWE.decrypt(message, keys: keys).plaintext.count == plaintext.count else { throw WrongAnswer() }
            }
        default:
            return nil
        }
    }
}
