/// A curve that keys are agreed on over, by its registered name: what a JWK's `crv` says.
public struct AgreementCurve: Hashable, Sendable, CustomStringConvertible {
    enum Kind: String, Hashable, Sendable, CaseIterable {
        case p256 = "P-256"
        case p384 = "P-384"
        case p521 = "P-521"
        case x25519 = "X25519"
    }

    let kind: Kind

    /// The NIST curve of 256 bits.
    public static let p256 = AgreementCurve(kind: .p256)
    /// The NIST curve of 384 bits.
    public static let p384 = AgreementCurve(kind: .p384)
    /// The NIST curve of 521 bits.
    public static let p521 = AgreementCurve(kind: .p521)
    /// Curve25519 (RFC 7748).
    public static let x25519 = AgreementCurve(kind: .x25519)

    /// Every curve this library agrees on keys over.
    public static let all = Kind.allCases.map(AgreementCurve.init(kind:))

    private init(kind: Kind) { self.kind = kind }

    /// Finds a curve by its registered name, exactly.
    public init?(_ name: String) {
        guard let found = Self.all.first(where: { $0.name.hasSameBytes(as: name) }) else { return nil }
        self = found
    }

    /// The registered name, as `crv` carries it.
    public var name: String { kind.rawValue }
    /// The registered name, as `crv` carries it.
    public var description: String { kind.rawValue }
}
