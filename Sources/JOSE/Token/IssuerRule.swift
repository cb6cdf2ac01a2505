/// Which `iss` a token may have, compared byte for byte.
///
/// ```swift
/// profile.issuer = "https://id.example"
/// profile.issuer = .oneOf(["https://accounts.google.com", "accounts.google.com"])
/// profile.issuer = try .template("https://login.microsoftonline.com/{tenantid}/v2.0", claim: "tid")
/// ```
///
/// Keys belong to issuers: a rule of several is for issuers that share the verifier's keys. For issuers with keys of
/// their own there is ``MultiIssuerVerifier``.
public struct IssuerRule: Sendable, Hashable {
    enum Kind: Sendable, Hashable {
        case exact(String)
        case oneOf([String])
        case template(IssuerTemplate)
    }

    let kind: Kind

    private init(_ kind: Kind) { self.kind = kind }

    /// One issuer.
    public static func exact(_ issuer: String) -> IssuerRule { IssuerRule(.exact(issuer)) }

    /// Any of some issuers that share their keys; none passes an empty list.
    public static func oneOf(_ issuers: [String]) -> IssuerRule { IssuerRule(.oneOf(issuers)) }

    /// An issuer whose URL names its tenant, as Microsoft Entra's does, and a claim that names the same.
    ///
    /// Any tenant passes: which of them may come in is for the app to decide, by the claim.
    ///
    /// - Parameters:
    ///   - text: The URL with one placeholder in braces, which is a whole segment of the path.
    ///   - claim: The claim whose value must stand in the placeholder's place, byte for byte: unreserved characters of
    ///     RFC 3986 §2.3 only, one at least, and neither `.` nor `..`.
    /// - Returns: The rule.
    /// - Throws: `JWTError` `claim_invalid` where the text has no such placeholder, or more than one.
    public static func template(_ text: String, claim: String) throws(JWTError) -> IssuerRule {
        guard let template = IssuerTemplate(text, claim: claim) else {
            throw JWTError(
                .claimInvalid,
                claim: "iss",
                expected: "a URL with one {placeholder} as a segment of its path",
                received: text
            )
        }
        return IssuerRule(.template(template))
    }

    /// Whether a token that says it comes from an issuer may meet the rule; a template's claim is not looked at.
    package func mayBeMet(by issuer: String) -> Bool {
        switch kind {
        case .exact(let name): issuer.hasSameBytes(as: name)
        case .oneOf(let names): names.contains { issuer.hasSameBytes(as: $0) }
        case .template(let template): template.value(in: issuer) != nil
        }
    }

    /// Checks the issuer of a token.
    ///
    /// - Throws: `JWTError` `claim_missing` or `issuer_mismatch`.
    func require(in claims: JSONObject) throws(JWTError) {
        guard let issuer = claims["iss"]?.stringValue else {
            throw JWTError(.claimMissing, claim: "iss", expected: description)
        }
        guard mayBeMet(by: issuer) else {
            throw JWTError(.issuerMismatch, claim: "iss", expected: description, received: issuer)
        }
        guard case .template(let template) = kind else { return }
        let value = template.value(in: issuer)
        guard let bound = claims[template.claim] else {
            throw JWTError(.claimMissing, claim: template.claim, expected: value.map(JWTError.loggable))
        }
        guard let value, let bound = bound.stringValue, bound.hasSameBytes(as: value) else {
            throw JWTError(
                .issuerMismatch,
                claim: template.claim,
                expected: value.map(JWTError.loggable),
                received: bound.stringValue ?? bound.kind
            )
        }
    }
}

extension IssuerRule: ExpressibleByStringInterpolation {
    /// Makes a rule of one issuer.
    public init(stringLiteral value: String) { self.init(.exact(value)) }
}

extension IssuerRule: CustomStringConvertible {
    /// The issuers or the template, for the log.
    public var description: String {
        switch kind {
        case .exact(let issuer): issuer
        case .oneOf(let issuers): issuers.joined(separator: " ")
        case .template(let template): template.text
        }
    }
}

/// An issuer's URL with a placeholder in its path.
struct IssuerTemplate: Sendable, Hashable {
    let text: String
    let claim: String
    private let prefix: [UInt8]
    private let suffix: [UInt8]

    /// Nil where the placeholder is not one whole segment of the path: elsewhere its value could name another host.
    init?(_ text: String, claim: String) {
        let bytes = Array(text.utf8)
        let slash = UInt8(ascii: "/")
        guard let open = bytes.firstIndex(of: UInt8(ascii: "{")), let close = bytes.firstIndex(of: UInt8(ascii: "}")),
            bytes.filter({ $0 == UInt8(ascii: "{") || $0 == UInt8(ascii: "}") }).count == 2, open < close
        else { return nil }
        prefix = Array(bytes[..<open])
        suffix = Array(bytes[close...].dropFirst())
        let path = prefix.split(separator: slash, omittingEmptySubsequences: false)
        // https: // host / … /
        guard path.count >= 4, path[0].last == UInt8(ascii: ":"), path[1].isEmpty, !path[2].isEmpty,
            prefix.last == slash, suffix.isEmpty || suffix.first == slash
        else { return nil }
        self.text = text
        self.claim = claim
    }

    /// What stands in the placeholder's place; nil where the issuer is not of this form.
    func value(in issuer: String) -> String? {
        let bytes = Array(issuer.utf8)
        let (least, overflow) = prefix.count.addingReportingOverflow(suffix.count)
        guard !overflow, bytes.count > least, bytes.starts(with: prefix) else { return nil }
        guard bytes.suffix(suffix.count).elementsEqual(suffix) else { return nil }
        let value = bytes[prefix.count..<(bytes.count - suffix.count)]
        let dot = UInt8(ascii: ".")
        guard value.allSatisfy(\.isUnreservedInURI), !(value.count <= 2 && value.allSatisfy { $0 == dot }) else {
            return nil
        }
        return String(decoding: value, as: UTF8.self)
    }
}

extension UInt8 {
    /// Whether it is a letter, a digit, `-`, `.`, `_` or `~` (RFC 3986 §2.3).
    var isUnreservedInURI: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }
}
