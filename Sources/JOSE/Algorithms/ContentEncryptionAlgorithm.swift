/// A content encryption of RFC 7518 §5, by its registered name: what `enc` says.
public struct ContentEncryptionAlgorithm: Hashable, Sendable, CustomStringConvertible {
    /// What an algorithm is made of, for a switch without a default.
    enum Kind: UInt8, Hashable, Sendable, CaseIterable {
        case a128gcm, a192gcm, a256gcm, a128cbcHS256, a192cbcHS384, a256cbcHS512
    }

    let kind: Kind

    /// AES-GCM with a key of 128 bits.
    public static let a128gcm = ContentEncryptionAlgorithm(kind: .a128gcm)
    /// AES-GCM with a key of 192 bits.
    public static let a192gcm = ContentEncryptionAlgorithm(kind: .a192gcm)
    /// AES-GCM with a key of 256 bits.
    public static let a256gcm = ContentEncryptionAlgorithm(kind: .a256gcm)
    /// AES-CBC with a key of 128 bits, then HMAC with SHA-256.
    public static let a128cbcHS256 = ContentEncryptionAlgorithm(kind: .a128cbcHS256)
    /// AES-CBC with a key of 192 bits, then HMAC with SHA-384.
    public static let a192cbcHS384 = ContentEncryptionAlgorithm(kind: .a192cbcHS384)
    /// AES-CBC with a key of 256 bits, then HMAC with SHA-512.
    public static let a256cbcHS512 = ContentEncryptionAlgorithm(kind: .a256cbcHS512)

    /// Every content encryption of this library.
    public static let all = Kind.allCases.map(ContentEncryptionAlgorithm.init(kind:))

    private init(kind: Kind) { self.kind = kind }

    /// Finds an algorithm by its registered name, exactly.
    public init?(_ name: String) {
        guard let found = Self.all.first(where: { $0.name.hasSameBytes(as: name) }) else { return nil }
        self = found
    }

    /// The registered name, as `enc` carries it.
    public var name: String { description }

    /// The registered name, as `enc` carries it.
    public var description: String {
        switch kind {
        case .a128gcm: "A128GCM"
        case .a192gcm: "A192GCM"
        case .a256gcm: "A256GCM"
        case .a128cbcHS256: "A128CBC-HS256"
        case .a192cbcHS384: "A192CBC-HS384"
        case .a256cbcHS512: "A256CBC-HS512"
        }
    }

    /// How many bytes the content key has: with CBC, the MAC's half first.
    public var keyByteCount: Int {
        switch kind {
        case .a128gcm: 16
        case .a192gcm: 24
        case .a256gcm, .a128cbcHS256: 32
        case .a192cbcHS384: 48
        case .a256cbcHS512: 64
        }
    }

    /// How many bytes the initialization vector has (RFC 7518 §5.2.2.1, §5.3).
    var ivByteCount: Int { isCBC ? 16 : 12 }

    /// How many bytes the authentication tag has, never fewer.
    var tagByteCount: Int { isCBC ? keyByteCount / 2 : 16 }

    /// Whether the content is encrypted block by block and padded.
    private var isCBC: Bool {
        switch kind {
        case .a128gcm, .a192gcm, .a256gcm: false
        case .a128cbcHS256, .a192cbcHS384, .a256cbcHS512: true
        }
    }

    /// Whether a message can be of this algorithm, by the lengths of its parts alone.
    ///
    /// A short tag or an odd vector is refused before any key is touched (CVE-2023-37464, CVE-2026-34986).
    func fits(iv: [UInt8], ciphertext: [UInt8], tag: [UInt8]) -> Bool {
        guard iv.count == ivByteCount, tag.count == tagByteCount else { return false }
        return !isCBC || (!ciphertext.isEmpty && ciphertext.count % 16 == 0)
    }
}
