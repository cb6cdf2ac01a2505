/// The rules that a token must meet: plain fields, every check at a glance.
///
/// The presets exclude each other by the `typ` they require (RFC 8725 §3.11, §3.12).
/// The time claims, the registered claims' types and `crit` are always checked, whatever the profile.
public struct TokenProfile: Sendable, Hashable {
    /// The `typ` that the header must have, compared as a media type; nil for any or none.
    public var type: String?
    /// Whether a header without `typ` passes although ``type`` asks for one.
    public var allowsMissingType: Bool
    /// Which `iss` the token must have, byte for byte; nil for any or none.
    public var issuer: IssuerRule?
    /// The audiences of which the token must name one; empty for any or none.
    public var audiences: [String]
    /// The claims that must be there.
    public var requiredClaims: [String]
    /// The claims of which one at least must be there; empty for no such rule.
    public var alternativeClaims: [String] = []
    /// The claims that must not be there.
    public var forbiddenClaims: [String] = []
    /// The client that `azp` must name where there is an `azp`, or where `aud` names several; nil for no such rule.
    public var authorizedParty: String?
    /// The URI that must name an object in `events` (RFC 8417 §2.2); nil for no such rule.
    public var event: String?
    /// How far the clocks may differ, from 0 to 300 s; other values are cut to that.
    public var leeway: Duration {
        didSet { leeway = Self.bounded(leeway) }
    }
    /// How old a token may be by its `iat`, which is then required; nil for any age.
    public var maximumAge: Duration?
    /// How many bytes a token may have.
    public var maximumTokenSize: Int
    /// The algorithms to accept among those of the keys; nil for all of the keys'.
    public var allowedAlgorithms: [SignatureAlgorithm]?
    /// Whether a token bound to a key by `cnf` passes although nobody has checked the proof of possession here.
    public var allowsConfirmation: Bool

    /// The longest leeway, in seconds.
    static let maximumLeeway: Int64 = 300

    /// Makes a profile; the defaults accept any token of the keys' whose times are right.
    public init(
        type: String? = nil,
        allowsMissingType: Bool = false,
        issuer: IssuerRule? = nil,
        audiences: [String] = [],
        requiredClaims: [String] = [],
        leeway: Duration = .zero,
        maximumAge: Duration? = nil,
        maximumTokenSize: Int = 16 << 10,
        allowedAlgorithms: [SignatureAlgorithm]? = nil,
        allowsConfirmation: Bool = false
    ) {
        self.type = type
        self.allowsMissingType = allowsMissingType
        self.issuer = issuer
        self.audiences = audiences
        self.requiredClaims = requiredClaims
        self.leeway = Self.bounded(leeway)
        self.maximumAge = maximumAge
        self.maximumTokenSize = maximumTokenSize
        self.allowedAlgorithms = allowedAlgorithms
        self.allowsConfirmation = allowsConfirmation
    }

    private static func bounded(_ leeway: Duration) -> Duration {
        min(max(leeway, .zero), .seconds(maximumLeeway))
    }

    /// Any token: no `typ`, issuer or audience is asked for.
    public static let any = TokenProfile()
}
