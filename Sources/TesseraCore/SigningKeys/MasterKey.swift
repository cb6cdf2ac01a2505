internal import Crypto
internal import JOSE

/// The key that seals what must not be read from a stolen database: 32 bytes that are never stored in it.
public struct MasterKey: Sendable {
    /// How many bytes a master key has.
    public static let byteCount = 32

    private let key: SymmetricKey

    /// Makes a master key of exactly 32 bytes; nil for any other number.
    public init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        self.key = SymmetricKey(data: bytes)
    }

    /// Reads a master key's base64url text (43 characters, white space around it ignored); nil where it is not one.
    public init?(text: String) {
        let isSpace: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 }
        let trimmed = text.utf8.drop(while: isSpace).reversed().drop(while: isSpace).reversed()
        guard let bytes = Base64URL.decode(Array(trimmed)) else { return nil }
        self.init(bytes)
    }

    /// A value that proves the key and tells nothing of it; stored beside the data that it seals.
    public var checkValue: [UInt8] {
        derive("tessera/master-key-check/v1")
    }

    /// What derives the successors of refresh tokens.
    public var successorDerivation: SuccessorDerivation { SuccessorDerivation(masterKey: key) }

    /// 32 bytes for a purpose, which tell nothing of the key nor of those for another purpose.
    func derive(_ purpose: String) -> [UInt8] {
        HKDF<SHA256>.deriveKey(inputKeyMaterial: key, info: Array(purpose.utf8), outputByteCount: 32)
            .withUnsafeBytes { Array($0) }
    }

    /// Seals bytes with AES-256-GCM, bound to a name.
    func seal(_ plaintext: [UInt8], boundTo name: String) throws -> [UInt8] {
        guard let sealed = try AES.GCM.seal(plaintext, using: key, authenticating: Array(name.utf8)).combined else {
            throw MasterKeyError.cannotSeal
        }
        return Array(sealed)
    }

    /// Opens what `seal` made for the same name.
    func open(_ sealed: [UInt8], boundTo name: String) throws -> [UInt8] {
        let box = try AES.GCM.SealedBox(combined: sealed)
        return Array(try AES.GCM.open(box, using: key, authenticating: Array(name.utf8)))
    }
}

/// What is wrong with the master key; each stops the start.
public enum MasterKeyError: Error, Sendable, Hashable {
    /// The key is not the one that this database was made with.
    case wrongKey
    /// A stored signing key with this `kid` cannot be opened.
    case cannotOpen(keyID: String)
    /// A stored key of the audit trail cannot be opened, or is gone.
    case cannotOpenAuditKey
    /// Sealing failed.
    case cannotSeal
}
