import BearerAuth
import BearerAuthTesting
import HTTPTypes
import JOSE
import Synchronization
import Testing

/// Tests with sockets and time-outs: one at a time, so that none is late because of another.
@Suite(.serialized, .timeLimit(.minutes(1))) enum SocketTests {}

extension TestIssuer {
    /// An issuer for the audience `orders`.
    static func orders(_ algorithm: SignatureAlgorithm = .es256, keyID: String? = nil) throws -> TestIssuer {
        try TestIssuer(algorithm, keyID: keyID, audience: "orders")
    }

    func order(
        subject: String = "u1",
        scope: String = "orders:read profile",
        type: String = "at+jwt",
        audience: Audience? = nil,
        adding claims: JSONObject = [:]
    ) throws -> String {
        try token(subject: subject, scope: scope, type: type, audience: audience, adding: claims)
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

extension BearerAuth {
    /// What a request with this token gets: the subject, or the code of the refusal, or of its reason.
    func answer(_ token: String) async -> String {
        let fields: HTTPFields = [.authorization: "Bearer \(token)"]
        do throws(BearerFailure) {
            return try await authenticate(fields, method: .get, url: "/")?.subject ?? "nobody"
        } catch {
            return error.status == .unauthorized ? error.reason?.code.rawValue ?? "?" : error.code.rawValue
        }
    }

    /// The same, but that it never waits.
    func answerAtOnce(_ token: String) -> String {
        let fields: HTTPFields = [.authorization: "Bearer \(token)"]
        do throws(BearerFailure) {
            return try authenticate(fields, method: .get, target: "/")?.subject ?? "nobody"
        } catch {
            return error.status == .unauthorized ? error.reason?.code.rawValue ?? "?" : error.code.rawValue
        }
    }

    /// Runs it as a service around a test.
    func running<R>(_ body: () async throws -> R) async throws -> R {
        let service = Task { try await run() }
        do {
            let result = try await body()
            service.cancel()
            _ = await service.result
            return result
        } catch {
            service.cancel()
            _ = await service.result
            throw error
        }
    }
}

extension BearerAuth.Options {
    /// For tests: an answer must be there within two seconds; a question for news waits until there is some.
    static var quick: Self {
        var options = Self()
        options.requestTimeout = .seconds(2)
        options.revocationWait = 25
        return options
    }

    static func quick(_ change: (inout Self) -> Void) -> Self {
        var options = Self.quick
        change(&options)
        return options
    }
}
