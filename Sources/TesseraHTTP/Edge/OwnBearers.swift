internal import HTTPTypes
internal import Hummingbird
internal import JOSE
internal import TesseraCore

/// Checks the access tokens that are sent to this server's own endpoints (RFC 6750).
struct OwnBearers: Sendable {
    private let domain: Domain
    private let profile: TokenProfile
    private let clock: EpochClock

    init(_ domain: Domain) {
        self.domain = domain
        let issuer = domain.settings.issuer
        var profile = TokenProfile.accessToken(issuer: issuer, audience: .init([issuer]))
        // A log-in that asks for no resource must reach its own account, whatever its token is for.
        if domain.settings.defaultAudience != issuer { profile.audiences.append(domain.settings.defaultAudience) }
        self.profile = profile
        let clock = domain.clock
        self.clock = EpochClock { clock.now().seconds }
    }

    /// The verified token of a request.
    func token(of request: Request) throws(Problem) -> VerifiedToken {
        let headers = request.headers[values: .authorization]
        guard headers.count <= 1 else {
            throw Problem(.badRequest, code: "invalid_request", "The request has more than one Authorization field.")
        }
        guard let header = headers.first, let text = Self.bearer(header) else { throw .noToken }
        guard let keys = domain.keyRing.current else { throw .unavailable(retryAfter: 1, reason: "no_keys") }
        do throws(JWTError) {
            let token = try TokenVerifier(profile, keys: keys, clock: clock).verify(text)
            guard !domain.revocations.isRevoked(token) else { throw JWTError(.revoked) }
            return token
        } catch {
            throw .invalidToken(reason: error.description)
        }
    }

    /// The token behind the scheme's name, which is compared without case (RFC 9110 §11.1).
    private static func bearer(_ header: String) -> String.UTF8View.SubSequence? {
        let utf8 = header.utf8
        guard let space = utf8.firstIndex(of: UInt8(ascii: " ")),
            utf8[..<space].count == 6,
            String(Substring(utf8[..<space])).lowercased() == "bearer"
        else { return nil }
        let token = utf8[utf8.index(after: space)...].drop { $0 == UInt8(ascii: " ") }
        return token.isEmpty ? nil : token
    }
}

extension Problem {
    /// No credentials: a bare challenge (RFC 6750 §3.1).
    static var noToken: Problem {
        Problem(
            .unauthorized,
            code: "token_missing",
            "Send an access token: Authorization: Bearer …",
            headers: [.wwwAuthenticate: "Bearer"]
        )
    }

    /// A token that does not hold, for whatever reason; the reason is the log's.
    static func invalidToken(reason: String) -> Problem {
        Problem(
            .unauthorized,
            code: "invalid_token",
            "The access token is invalid, expired or revoked.",
            headers: [.wwwAuthenticate: "Bearer error=\"invalid_token\""],
            reason: reason
        )
    }

    static func insufficientScope(_ scope: String) -> Problem {
        Problem(
            .forbidden,
            code: "insufficient_scope",
            "The access token does not have the scope \(scope).",
            headers: [.wwwAuthenticate: "Bearer error=\"insufficient_scope\", scope=\"\(scope)\""]
        )
    }
}
