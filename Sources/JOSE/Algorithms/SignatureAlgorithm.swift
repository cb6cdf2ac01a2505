/// A signature algorithm of RFC 7518, RFC 8037, RFC 9864 and RFC 9964, by its registered name.
///
/// A key is bound to one of these when it is made; a token never chooses.
public struct SignatureAlgorithm: Hashable, Sendable, CustomStringConvertible {
    /// What an algorithm is made of, for a switch without a default.
    enum Kind: UInt8, Hashable, Sendable, CaseIterable {
        case hs256, hs384, hs512, rs256, rs384, rs512, ps256, ps384, ps512, es256, es384, es512, ed25519
        case mlDSA65, mlDSA87
    }

    let kind: Kind

    /// HMAC with SHA-256.
    public static let hs256 = SignatureAlgorithm(kind: .hs256)
    /// HMAC with SHA-384.
    public static let hs384 = SignatureAlgorithm(kind: .hs384)
    /// HMAC with SHA-512.
    public static let hs512 = SignatureAlgorithm(kind: .hs512)
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    public static let rs256 = SignatureAlgorithm(kind: .rs256)
    /// RSASSA-PKCS1-v1_5 with SHA-384.
    public static let rs384 = SignatureAlgorithm(kind: .rs384)
    /// RSASSA-PKCS1-v1_5 with SHA-512.
    public static let rs512 = SignatureAlgorithm(kind: .rs512)
    /// RSASSA-PSS with SHA-256.
    public static let ps256 = SignatureAlgorithm(kind: .ps256)
    /// RSASSA-PSS with SHA-384.
    public static let ps384 = SignatureAlgorithm(kind: .ps384)
    /// RSASSA-PSS with SHA-512.
    public static let ps512 = SignatureAlgorithm(kind: .ps512)
    /// ECDSA over P-256 with SHA-256.
    public static let es256 = SignatureAlgorithm(kind: .es256)
    /// ECDSA over P-384 with SHA-384.
    public static let es384 = SignatureAlgorithm(kind: .es384)
    /// ECDSA over P-521 with SHA-512.
    public static let es512 = SignatureAlgorithm(kind: .es512)
    /// EdDSA over Curve25519, by its fully specified name (RFC 9864).
    public static let ed25519 = SignatureAlgorithm(kind: .ed25519)
    /// ML-DSA-65 of FIPS 204: a signature of 3,309 bytes that a quantum computer does not forge (RFC 9964).
    public static let mlDSA65 = SignatureAlgorithm(kind: .mlDSA65)
    /// ML-DSA-87 of FIPS 204: a signature of 4,627 bytes that a quantum computer does not forge (RFC 9964).
    public static let mlDSA87 = SignatureAlgorithm(kind: .mlDSA87)

    /// Every algorithm this library signs and verifies with.
    public static let all = Kind.allCases.map(SignatureAlgorithm.init(kind:))

    private init(kind: Kind) { self.kind = kind }

    /// Finds an algorithm by its registered name, exactly; `EdDSA` is the old name of ``ed25519``.
    public init?(_ name: String) {
        if name.hasSameBytes(as: "EdDSA") {
            self = .ed25519
            return
        }
        guard let found = Self.all.first(where: { $0.name.hasSameBytes(as: name) }) else { return nil }
        self = found
    }

    /// The registered name, as `alg` carries it.
    public var name: String { description }

    /// The registered name, as `alg` carries it.
    public var description: String { staticName.description }

    /// The registered name without an allocation, for the hot path.
    var staticName: StaticString {
        switch kind {
        case .hs256: "HS256"
        case .hs384: "HS384"
        case .hs512: "HS512"
        case .rs256: "RS256"
        case .rs384: "RS384"
        case .rs512: "RS512"
        case .ps256: "PS256"
        case .ps384: "PS384"
        case .ps512: "PS512"
        case .es256: "ES256"
        case .es384: "ES384"
        case .es512: "ES512"
        case .ed25519: "Ed25519"
        case .mlDSA65: "ML-DSA-65"
        case .mlDSA87: "ML-DSA-87"
        }
    }

    /// Whether whoever can verify can also sign.
    public var isSymmetric: Bool { hashByteCountOfSecret != nil }

    /// The `kty` of the keys that this algorithm takes.
    var keyType: StaticString {
        switch kind {
        case .hs256, .hs384, .hs512: "oct"
        case .rs256, .rs384, .rs512, .ps256, .ps384, .ps512: "RSA"
        case .es256, .es384, .es512: "EC"
        case .ed25519: "OKP"
        case .mlDSA65, .mlDSA87: "AKP"
        }
    }

    /// The least length of an HMAC secret (RFC 7518 §3.2: the hash's size); nil for other algorithms.
    var hashByteCountOfSecret: Int? {
        switch kind {
        case .hs256: 32
        case .hs384: 48
        case .hs512: 64
        default: nil
        }
    }

    /// Whether a header's `alg` names this algorithm.
    @inline(__always)
    func isNamed(by name: UnsafeBufferPointer<UInt8>) -> Bool {
        name.equals(staticName) || (kind == .ed25519 && name.equals("EdDSA"))
    }
}
