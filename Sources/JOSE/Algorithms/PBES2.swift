internal import Crypto
internal import CryptoExtras
internal import FoundationEssentials

/// Wraps content keys with a password by PBKDF2 and AES Key Wrap (RFC 7518 §4.8).
///
/// Whoever sends a token chooses how long its recipient works: only keys made from a password do so, within bounds.
final class PBES2: KeyEncrypting, KeyDecrypting {
    /// How many rounds a token may ask for (CVE-2023-50966); fewer than the first are no protection.
    static let iterations = 1_000...1_200_000
    /// How many bytes the salt input `p2s` may have; 8 at least by RFC 7518 §4.8.1.1.
    static let saltByteCount = 8...1024
    /// How many bytes a password must have.
    static let passwordByteCount = 8...1024

    private let password: [UInt8]
    private let algorithm: KeyManagementAlgorithm
    private let rounds: Int

    init(_ password: [UInt8], _ algorithm: KeyManagementAlgorithm, rounds: Int?) throws(KeyError) {
        guard algorithm.isPasswordBased else {
            throw KeyError(.algorithmMismatch, "\(algorithm) takes a key, not a password")
        }
        guard Self.passwordByteCount.contains(password.count) else {
            throw KeyError(.weak, "a password of \(password.count) bytes; at least 8 and at most 1024 are taken")
        }
        let rounds = rounds ?? Self.rounds(for: algorithm)
        guard Self.iterations.contains(rounds) else {
            throw KeyError(.weak, "\(rounds) iterations; at least 1000 and at most 1200000 are made")
        }
        self.password = password
        self.algorithm = algorithm
        self.rounds = rounds
    }

    /// As many rounds as cost an attacker about the same with each hash.
    private static func rounds(for algorithm: KeyManagementAlgorithm) -> Int {
        algorithm.kind == .pbes2HS256A128KW ? 600_000 : 210_000
    }

    func deliver(
        _ contentKey: [UInt8],
        for contentEncryption: ContentEncryptionAlgorithm,
        between parties: AgreementParties
    ) throws -> KeyDelivery {
        let salt = RandomBytes.make(16)
        let encryptedKey = try AESKeyWrap.wrap(contentKey, with: wrappingKey(salt: salt, rounds: rounds))
        return KeyDelivery(
            contentKey: contentKey,
            encryptedKey: encryptedKey,
            parameters: ["p2s": .string(Base64URL.encode(salt)), "p2c": .number(JSONNumber(Int64(rounds)))]
        )
    }

    func contentKey(
        from encryptedKey: [UInt8],
        header: JSONObject,
        for contentEncryption: ContentEncryptionAlgorithm
    ) throws(JWTError) -> [UInt8]? {
        guard let text = header["p2s"]?.stringValue, let salt = Base64URL.decode(text),
            Self.saltByteCount.contains(salt.count)
        else { throw JWTError(.malformed, expected: "p2s: 8 to 1024 bytes in base64url") }
        guard let value = header["p2c"]?.int64Value, let rounds = Int(exactly: value), Self.iterations.contains(rounds)
        else {
            throw JWTError(.malformed, expected: "p2c: 1000 to 1200000", received: header["p2c"].map(\.text))
        }
        guard let key = try? wrappingKey(salt: salt, rounds: rounds) else { return nil }
        return AESKeyWrap.unwrap(encryptedKey, with: key)
    }

    /// PBKDF2 over the algorithm's name, a zero byte and the salt input.
    private func wrappingKey(salt: [UInt8], rounds: Int) throws -> [UInt8] {
        let hash: KDF.Insecure.PBKDF2.HashFunction =
            switch algorithm.kind {
            case .pbes2HS256A128KW: .sha256
            case .pbes2HS384A192KW: .sha384
            default: .sha512
            }
        let key = try KDF.Insecure.PBKDF2.deriveKey(
            from: password,
            salt: Array(algorithm.name.utf8) + [0] + salt,
            using: hash,
            outputByteCount: algorithm.wrappingKeyByteCount ?? 32,
            unsafeUncheckedRounds: rounds
        )
        return key.withUnsafeBytes { Array($0) }
    }
}
