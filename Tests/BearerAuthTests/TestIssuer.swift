import BearerAuth
import JOSE
import Synchronization

/// An issuer in process: real keys, real signatures, a clock to turn.
final class TestIssuer: Sendable {
    static let issuer = "https://id.example"
    static let audience: Audience = "orders"

    let key: SigningKey
    private let seconds = Mutex<Int64>(1_800_000_000)

    init(_ algorithm: SignatureAlgorithm = .es256, keyID: String? = nil) throws {
        key = try SigningKey.generate(algorithm, keyID: keyID)
    }

    var clock: EpochClock { EpochClock { self.seconds.withLock { $0 } } }

    var profile: TokenProfile { .accessToken(issuer: Self.issuer, audience: Self.audience) }

    var verifier: TokenVerifier { TokenVerifier(profile, keys: [key.verifyingKey], clock: clock) }

    func advance(by seconds: Int64) {
        self.seconds.withLock { $0 += seconds }
    }

    func token(
        subject: String = "u1",
        scope: String = "orders:read profile",
        type: String = "at+jwt",
        audience: Audience = audience,
        adding claims: JSONObject = [:]
    ) throws -> String {
        let signer = TokenSigner(
            key,
            issuer: Self.issuer,
            audience: audience,
            lifetime: .seconds(1800),
            type: type,
            clock: clock
        )
        var all: JSONObject = ["client_id": "app", "sid": "s1", "scope": .string(scope)]
        for member in claims.members { all[member.name] = member.value }
        return try signer.sign(subject: subject, adding: all)
    }
}

/// Keys that come and go.
final class ChangingKeys: KeySource {
    private struct State {
        var keys: KeySet?
        var next: KeySet?
        var refreshes: [String?] = []
    }

    private let state: Mutex<State>

    init(_ keys: KeySet?, next: KeySet? = nil) {
        state = Mutex(State(keys: keys, next: next))
    }

    var current: KeySet? { state.withLock { $0.keys } }
    var refreshes: [String?] { state.withLock { $0.refreshes } }

    func set(_ keys: KeySet?) {
        state.withLock { $0.keys = keys }
    }

    func refreshed(for keyID: String?) async -> KeySet? {
        state.withLock { state in
            state.refreshes.append(keyID)
            state.keys = state.next ?? state.keys
            return state.keys
        }
    }
}

/// Sessions that have been revoked.
final class RevokedSessions: RevocationCheck {
    private let ids = Mutex<Set<String>>([])

    func revoke(_ id: String) {
        ids.withLock { _ = $0.insert(id) }
    }

    func isRevoked(_ token: VerifiedToken) -> Bool {
        ids.withLock { $0.contains(token.sessionID ?? "") }
    }
}
