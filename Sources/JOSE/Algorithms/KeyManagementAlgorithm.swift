/// A key management algorithm of RFC 7518 §4 and RFC 8037, by its registered name: what a JWE's `alg` says.
///
/// A key is bound to one of these when it is made; a token never chooses. RSA1_5 does not exist here.
public struct KeyManagementAlgorithm: Hashable, Sendable, CustomStringConvertible {
    /// What an algorithm is made of, for a switch without a default.
    enum Kind: UInt8, Hashable, Sendable, CaseIterable {
        case dir, a128kw, a192kw, a256kw, a128gcmkw, a192gcmkw, a256gcmkw, rsaOAEP, rsaOAEP256
        case ecdhES, ecdhESA128KW, ecdhESA192KW, ecdhESA256KW
        case pbes2HS256A128KW, pbes2HS384A192KW, pbes2HS512A256KW
    }

    let kind: Kind
    /// The content encryption that a key of ``dir(_:)`` is bound to; nil for the other algorithms, which take any.
    public let contentEncryption: ContentEncryptionAlgorithm?

    /// The key itself encrypts the content, with one content encryption and no other.
    public static func dir(_ contentEncryption: ContentEncryptionAlgorithm) -> KeyManagementAlgorithm {
        KeyManagementAlgorithm(.dir, contentEncryption)
    }
    /// AES Key Wrap with a key of 128 bits.
    public static let a128kw = KeyManagementAlgorithm(.a128kw)
    /// AES Key Wrap with a key of 192 bits.
    public static let a192kw = KeyManagementAlgorithm(.a192kw)
    /// AES Key Wrap with a key of 256 bits.
    public static let a256kw = KeyManagementAlgorithm(.a256kw)
    /// Key wrapping by AES-GCM with a key of 128 bits.
    public static let a128gcmkw = KeyManagementAlgorithm(.a128gcmkw)
    /// Key wrapping by AES-GCM with a key of 192 bits.
    public static let a192gcmkw = KeyManagementAlgorithm(.a192gcmkw)
    /// Key wrapping by AES-GCM with a key of 256 bits.
    public static let a256gcmkw = KeyManagementAlgorithm(.a256gcmkw)
    /// RSAES-OAEP with SHA-1, as its default parameters are.
    public static let rsaOAEP = KeyManagementAlgorithm(.rsaOAEP)
    /// RSAES-OAEP with SHA-256.
    public static let rsaOAEP256 = KeyManagementAlgorithm(.rsaOAEP256)
    /// Ephemeral Diffie-Hellman on an elliptic curve; the content key is what was agreed on.
    public static let ecdhES = KeyManagementAlgorithm(.ecdhES)
    /// Ephemeral Diffie-Hellman on an elliptic curve, then AES Key Wrap with 128 bits.
    public static let ecdhESA128KW = KeyManagementAlgorithm(.ecdhESA128KW)
    /// Ephemeral Diffie-Hellman on an elliptic curve, then AES Key Wrap with 192 bits.
    public static let ecdhESA192KW = KeyManagementAlgorithm(.ecdhESA192KW)
    /// Ephemeral Diffie-Hellman on an elliptic curve, then AES Key Wrap with 256 bits.
    public static let ecdhESA256KW = KeyManagementAlgorithm(.ecdhESA256KW)
    /// A password by PBKDF2 with SHA-256, then AES Key Wrap with 128 bits.
    public static let pbes2HS256A128KW = KeyManagementAlgorithm(.pbes2HS256A128KW)
    /// A password by PBKDF2 with SHA-384, then AES Key Wrap with 192 bits.
    public static let pbes2HS384A192KW = KeyManagementAlgorithm(.pbes2HS384A192KW)
    /// A password by PBKDF2 with SHA-512, then AES Key Wrap with 256 bits.
    public static let pbes2HS512A256KW = KeyManagementAlgorithm(.pbes2HS512A256KW)

    /// Every algorithm that a key can be bound to, ``dir(_:)`` once for each content encryption.
    ///
    /// Those for passwords are not among them: see ``passwordBased``.
    public static let all =
        ContentEncryptionAlgorithm.all.map(dir)
        + Kind.allCases.filter { $0 != .dir }.map { KeyManagementAlgorithm($0) }.filter { !$0.isPasswordBased }

    /// The algorithms for passwords: only the initializers that take a password make keys of them.
    public static let passwordBased = [pbes2HS256A128KW, pbes2HS384A192KW, pbes2HS512A256KW]

    private init(_ kind: Kind, _ contentEncryption: ContentEncryptionAlgorithm? = nil) {
        self.kind = kind
        self.contentEncryption = contentEncryption
    }

    /// Finds an algorithm by its registered name, exactly.
    ///
    /// - Parameters:
    ///   - name: The name, as `alg` carries it.
    ///   - contentEncryption: What `dir` is bound to, without which it is not found; the others leave it aside.
    public init?(_ name: String, contentEncryption: ContentEncryptionAlgorithm? = nil) {
        guard let kind = Self.kind(named: name) else { return nil }
        guard kind == .dir else {
            self.init(kind)
            return
        }
        guard let contentEncryption else { return nil }
        self.init(.dir, contentEncryption)
    }

    /// What a registered name stands for; nil for one that is not of this library.
    static func kind(named name: String) -> Kind? {
        Kind.allCases.first { KeyManagementAlgorithm($0).name.hasSameBytes(as: name) }
    }

    /// The registered name, as `alg` carries it.
    public var name: String { description }

    /// The registered name, as `alg` carries it.
    public var description: String {
        switch kind {
        case .dir: "dir"
        case .a128kw: "A128KW"
        case .a192kw: "A192KW"
        case .a256kw: "A256KW"
        case .a128gcmkw: "A128GCMKW"
        case .a192gcmkw: "A192GCMKW"
        case .a256gcmkw: "A256GCMKW"
        case .rsaOAEP: "RSA-OAEP"
        case .rsaOAEP256: "RSA-OAEP-256"
        case .ecdhES: "ECDH-ES"
        case .ecdhESA128KW: "ECDH-ES+A128KW"
        case .ecdhESA192KW: "ECDH-ES+A192KW"
        case .ecdhESA256KW: "ECDH-ES+A256KW"
        case .pbes2HS256A128KW: "PBES2-HS256+A128KW"
        case .pbes2HS384A192KW: "PBES2-HS384+A192KW"
        case .pbes2HS512A256KW: "PBES2-HS512+A256KW"
        }
    }
}

extension KeyManagementAlgorithm {
    /// Whether whoever can encrypt can also decrypt.
    public var isSymmetric: Bool {
        switch kind {
        case .dir, .a128kw, .a192kw, .a256kw, .a128gcmkw, .a192gcmkw, .a256gcmkw: true
        case .rsaOAEP, .rsaOAEP256, .ecdhES, .ecdhESA128KW, .ecdhESA192KW, .ecdhESA256KW: false
        case .pbes2HS256A128KW, .pbes2HS384A192KW, .pbes2HS512A256KW: true
        }
    }

    /// Whether the key is a password.
    var isPasswordBased: Bool {
        switch kind {
        case .pbes2HS256A128KW, .pbes2HS384A192KW, .pbes2HS512A256KW: true
        default: false
        }
    }

    /// Whether two parties agree on a key.
    var isAgreement: Bool {
        switch kind {
        case .ecdhES, .ecdhESA128KW, .ecdhESA192KW, .ecdhESA256KW: true
        default: false
        }
    }

    /// Whether the algorithm says what the content key is, so that there is one recipient and no encrypted key.
    var determinesContentKey: Bool { kind == .dir || kind == .ecdhES }

    /// The length of the AES key that wraps content keys; nil where none does.
    var wrappingKeyByteCount: Int? {
        switch kind {
        case .a128kw, .a128gcmkw, .ecdhESA128KW, .pbes2HS256A128KW: 16
        case .a192kw, .a192gcmkw, .ecdhESA192KW, .pbes2HS384A192KW: 24
        case .a256kw, .a256gcmkw, .ecdhESA256KW, .pbes2HS512A256KW: 32
        case .dir, .rsaOAEP, .rsaOAEP256, .ecdhES: nil
        }
    }

    /// The exact length of a symmetric key of this algorithm; nil for other keys and for passwords.
    var secretByteCount: Int? {
        guard isSymmetric, !isPasswordBased else { return nil }
        return contentEncryption?.keyByteCount ?? wrappingKeyByteCount
    }

    /// What the `alg` of a JWK says: of a key for direct encryption, the content encryption (RFC 7520 §3.6).
    var nameInKey: String { contentEncryption?.name ?? name }
}
