import Crypto
import CryptoExtras
import Foundation
import JOSE
import Testing

/// Makes encrypted messages that no honest sender makes.
enum JWEForge {
    static let secret: [UInt8] = Array(repeating: 7, count: 32)

    /// A key for direct encryption, which the forger has too.
    static func key(_ keyID: String? = nil) throws -> DecryptionKey {
        try DecryptionKey(secret: secret, algorithm: .dir(.a256gcm), keyID: keyID)
    }

    /// A compact message of any header text, with a real tag over it by direct AES-GCM.
    static func direct(
        _ header: String = #"{"alg":"dir","enc":"A256GCM"}"#,
        _ plaintext: [UInt8] = Array("secret".utf8),
        nonce: [UInt8] = Array(repeating: 3, count: 12),
        key: [UInt8] = secret
    ) throws -> String {
        try direct(Array(header.utf8), plaintext, nonce: nonce, key: key)
    }

    /// A compact message of any header bytes, with a real tag over them by direct AES-GCM.
    static func direct(
        _ header: [UInt8],
        _ plaintext: [UInt8] = Array("secret".utf8),
        nonce: [UInt8] = Array(repeating: 3, count: 12),
        key: [UInt8] = secret
    ) throws -> String {
        let text = Base64URL.encode(header)
        let box = try AES.GCM.seal(
            plaintext,
            using: SymmetricKey(data: key),
            nonce: AES.GCM.Nonce(data: nonce),
            authenticating: Array(text.utf8)
        )
        return [text, "", Base64URL.encode(nonce), Base64URL.encode(box.ciphertext), Base64URL.encode(box.tag)]
            .joined(separator: ".")
    }

    /// A compact message whose content key is known to the forger, with any header and any encrypted key.
    static func wrapped(_ header: JSONObject, encryptedKey: [UInt8], contentKey: [UInt8]) throws -> String {
        let parts = try direct(header.text, key: contentKey).parts
        return [parts[0], Base64URL.encode(encryptedKey), parts[2], parts[3], parts[4]].joined(separator: ".")
    }

    /// The curves of an algorithm; one that is not looked at, where it has none.
    static func curves(of algorithm: KeyManagementAlgorithm) -> [AgreementCurve] {
        algorithm.name.hasPrefix("ECDH") ? AgreementCurve.all : [.p256]
    }

    /// Every combination of an algorithm with a curve.
    static let keys: [(KeyManagementAlgorithm, AgreementCurve)] = KeyManagementAlgorithm.all.flatMap { algorithm in
        curves(of: algorithm).map { (algorithm, $0) }
    }
}

extension String {
    /// The five parts of a compact message.
    var parts: [String] { split(separator: ".", omittingEmptySubsequences: false).map(String.init) }

    /// A compact message with one part put in another's place.
    func replacing(part index: Int, with part: String) -> String {
        var parts = self.parts
        parts[index] = part
        return parts.joined(separator: ".")
    }

    /// A compact message with one part's bytes changed.
    func changing(part index: Int, _ change: (inout [UInt8]) -> Void) throws -> String {
        var bytes = try #require(Base64URL.decode(parts[index]))
        change(&bytes)
        return replacing(part: index, with: Base64URL.encode(bytes))
    }
}

/// Why something is refused; nil where it is taken.
func jwtFault(_ body: () throws(JWTError) -> some Any) -> JWTError? {
    do throws(JWTError) {
        _ = try body()
        return nil
    } catch {
        return error
    }
}

extension DecryptionKeySet {
    /// Why a compact message is refused; nil where it is decrypted.
    func refusal(of text: String) -> JWTError? {
        jwtFault { () throws(JWTError) in try JWE.decrypt(text, keys: self) }
    }

    /// Why a message in JSON is refused; nil where it is decrypted.
    func refusal(ofJSON text: String) -> JWTError? {
        jwtFault { () throws(JWTError) in try JWE.decryptJSON(text, keys: self) }
    }
}
