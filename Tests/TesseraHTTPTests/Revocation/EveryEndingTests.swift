import HTTPTypes
import Hummingbird
import HummingbirdTesting
import JOSE
import Passwords
import TesseraCore
import TesseraSQL
import TestSupport
import Testing

@testable import TesseraHTTP

/// Every way to end a session or a token lands in the feed.
///
/// A new route, command or kind of audit event fails the last two tests until it is in one of the lists.
struct EveryEndingTests {
    /// A way to end tokens.
    struct Way: Sendable, CustomTestStringConvertible {
        /// The route or the command.
        let door: String
        /// What distinguishes it from others through the same door.
        var detail = ""
        /// What it leaves in the audit trail.
        let event: AuditEvent.Kind
        /// Carries it out; answers the tokens that are refused from then on.
        let run: @Sendable (Scene) async throws -> [String]

        var testDescription: String { detail.isEmpty ? door : "\(door): \(detail)" }
    }

    /// Who is there when a way is tried.
    struct Scene: Sendable {
        let fixture: ServerFixture
        let caller: TestCaller
        let alice: (access: String, refresh: String)
        let administrator: String

        var domain: Domain { fixture.test.domain }
        var sessionID: String {
            get throws { try fixture.test.verified(Secret(alice.access)).sessionID ?? "" }
        }

        func own(
            _ method: HTTPRequest.Method,
            _ path: String,
            _ json: JSONValue? = nil,
            as token: String? = nil
        ) async throws {
            let response = try await caller.send(method, path, token: token ?? alice.access, json: json)
            #expect(response.status.kind == .successful, "\(path): \(response.text)")
        }

        func administer(_ method: HTTPRequest.Method, _ path: String, _ json: JSONValue? = nil) async throws {
            try await own(method, path, json, as: administrator)
        }

        func perform(_ command: some AdministrationCommand) async throws {
            _ = try await LocalAdministration(domain).perform(command)
        }

        func form(_ path: String, _ body: String, _ status: HTTPResponse.Status = .ok) async throws {
            let response = try await caller.form(path, body)
            #expect(response.status == status, "\(response.text)")
        }

        /// A token that a new client got for itself.
        func clientToken() async throws -> String {
            let client = try await fixture.test.addClient("robot")
            return try await AuthorizationServer(domain)
                .issueTokens(for: .clientCredentials(scope: nil, resources: []), client: client, address: .unix)
                .accessToken.revealed
        }
    }

    private static let newPassword: JSONValue = ["password": "another long passphrase"]

    static let ways: [Way] = [
        Way(door: "POST /token", event: .refreshTokenReused) { scene in
            try await scene.form("/token", "grant_type=refresh_token&refresh_token=\(scene.alice.refresh)")
            scene.fixture.test.clock.advance(by: .seconds(31))
            try await scene.form("/token", "grant_type=refresh_token&refresh_token=\(scene.alice.refresh)", .badRequest)
            return [scene.alice.access]
        },
        Way(door: "POST /revoke", detail: "a refresh token", event: .sessionEnded) { scene in
            try await scene.form("/revoke", "token=\(scene.alice.refresh)")
            return [scene.alice.access]
        },
        Way(door: "POST /revoke", detail: "a refresh token that was just replaced", event: .sessionEnded) { scene in
            try await scene.form("/token", "grant_type=refresh_token&refresh_token=\(scene.alice.refresh)")
            try await scene.form("/revoke", "token=\(scene.alice.refresh)")
            return [scene.alice.access]
        },
        Way(door: "POST /revoke", detail: "an access token", event: .tokenRevoked) { scene in
            try await scene.form("/revoke", "token=\(scene.alice.access)")
            return [scene.alice.access]
        },
        Way(door: "DELETE /users/me", event: .accountRemoved) { scene in
            try await scene.own(.delete, "/users/me")
            return [scene.alice.access]
        },
        Way(door: "PUT /users/me/password", event: .passwordChanged) { scene in
            let other = try await scene.caller.logIn().access
            let passwords: JSONValue = [
                "current_password": .string(TestDomain.password), "new_password": "another long passphrase",
            ]
            try await scene.own(.put, "/users/me/password", passwords)
            return [other]
        },
        Way(door: "DELETE /users/me/sessions", event: .sessionEnded) { scene in
            let other = try await scene.caller.logIn().access
            try await scene.own(.delete, "/users/me/sessions")
            return [scene.alice.access, other]
        },
        Way(door: "DELETE /users/me/sessions/{id}", event: .sessionEnded) { scene in
            try await scene.own(.delete, "/users/me/sessions/\(try scene.sessionID)")
            return [scene.alice.access]
        },
        Way(door: "DELETE /admin/users/{username}", event: .accountRemoved) { scene in
            try await scene.administer(.delete, "/admin/users/alice")
            return [scene.alice.access]
        },
        Way(door: "POST /admin/users/{username}/disable", event: .accountDisabled) { scene in
            try await scene.administer(.post, "/admin/users/alice/disable")
            return [scene.alice.access]
        },
        Way(door: "PUT /admin/users/{username}/password", event: .passwordSet) { scene in
            try await scene.administer(.put, "/admin/users/alice/password", newPassword)
            return [scene.alice.access]
        },
        Way(door: "DELETE /admin/users/{username}/sessions", event: .sessionEnded) { scene in
            try await scene.administer(.delete, "/admin/users/alice/sessions")
            return [scene.alice.access]
        },
        Way(door: "DELETE /admin/sessions/{id}", event: .sessionEnded) { scene in
            try await scene.administer(.delete, "/admin/sessions/\(try scene.sessionID)")
            return [scene.alice.access]
        },
        Way(door: "DELETE /admin/clients/{id}", event: .clientRemoved) { scene in
            let token = try await scene.clientToken()
            try await scene.administer(.delete, "/admin/clients/robot")
            return [token]
        },
        Way(door: "user.set-disabled", event: .accountDisabled) { scene in
            try await scene.perform(SetAccountDisabled(username: "alice", disabled: true))
            return [scene.alice.access]
        },
        Way(door: "user.set-password", event: .passwordSet) { scene in
            try await scene.perform(SetPassword(username: "alice", password: Secret("another long passphrase")))
            return [scene.alice.access]
        },
        Way(door: "user.remove", event: .accountRemoved) { scene in
            try await scene.perform(RemoveAccount(username: "alice"))
            return [scene.alice.access]
        },
        Way(door: "client.remove", event: .clientRemoved) { scene in
            let token = try await scene.clientToken()
            try await scene.perform(RemoveClient(id: "robot"))
            return [token]
        },
        Way(door: "session.revoke", event: .sessionEnded) { scene in
            try await scene.perform(RevokeSession(id: try scene.sessionID))
            return [scene.alice.access]
        },
        Way(door: "session.revoke-user", event: .sessionEnded) { scene in
            try await scene.perform(RevokeSessionsOfAccount(username: "alice"))
            return [scene.alice.access]
        },
    ]

    /// Doors that change something and end no token.
    ///
    /// A signing key that is revoked takes its tokens along by leaving the published key set.
    static let harmless: Set<String> = [
        "POST /introspect", "POST /users", "PATCH /users/me", "POST /admin/users", "POST /admin/user-imports",
        "POST /admin/users/{username}/enable", "POST /admin/clients", "POST /admin/clients/{id}/secret",
        "POST /admin/signing-keys", "DELETE /admin/signing-keys/{kid}",
        "user.add", "user.import", "user.list", "user.show", "user.find-administrator",
        "client.add", "client.list", "client.show",
        "client.rotate-secret", "session.list", "signing-key.list", "signing-key.rotate", "signing-key.revoke",
        "audit.read", "audit.verify", "backup",
        "server.diagnose",
    ]

    /// Whether what the event tells of ends tokens; the compiler asks for each new kind.
    static func endsTokens(_ kind: AuditEvent.Kind) -> Bool {
        switch kind {
        case .sessionEnded, .refreshTokenReused, .accountRemoved, .accountDisabled, .passwordChanged, .passwordSet,
            .clientRemoved, .tokenRevoked:
            true
        case .sessionBegun, .accountAdded, .accountEnabled, .emailChanged, .clientAdded, .clientSecretRotated,
            .signingKeyAdded, .signingKeyActivated, .signingKeyRevoked, .loginRefused, .loginThrottled,
            .masterKeyRotated, .backupMade, .auditRead,
            // All ends before a server opens the restored database.
            .restored:
            false
        }
    }

    @Test(arguments: ways)
    func `every way to end a session or a token is in the feed at once`(_ way: Way) async throws {
        let fixture = try await ServerFixture()
        try await fixture.run { caller in
            let scene = Scene(
                fixture: fixture,
                caller: caller,
                alice: try await caller.logIn(),
                administrator: try await caller.logIn("admin", scope: "admin").access
            )
            var follower = FollowedFeed()
            try await read(&follower, "/revocations", scene)
            let ended = try await way.run(scene)
            try await read(&follower, "/revocations?wait=25&after=\(follower.cursor ?? "")", scene)
            #expect(follower.latest["complete"]?.boolValue == false)
            let snapshot = try fixture.test.followed()
            for text in ended {
                let token = try fixture.test.verified(Secret(text))
                #expect(follower.refuses(token))
                #expect(snapshot.refuses(token))
                #expect(scene.domain.revocations.isRevoked(token))
            }
            #expect(!snapshot.refuses(try fixture.test.verified(Secret(scene.administrator))))
            let (event, sessions) = try await rows(fixture.test.database)
            #expect(event == way.event.rawValue)
            let sids = snapshot.latest["sids"]?.stringsValue ?? []
            #expect(Set(sessions.map(FollowedFeed.entry)).isSubset(of: sids))
        }
    }

    @Test func `every route and every command that changes something is known to end tokens or not to`() async throws {
        let fixture = try await ServerFixture()
        let routes = fixture.server.routes.main().routes.filter { ![.get, .head].contains($0.method) }
            .map { "\($0.method.rawValue) \($0.path)" }
        let endings = Set(Self.ways.map(\.door))
        #expect(endings.isDisjoint(with: Self.harmless))
        #expect(endings.union(Self.harmless) == Set(routes + AdministrationCatalogue.names))
    }

    @Test func `every kind of event that ends tokens is reached by a way`() {
        #expect(Set(Self.ways.map(\.event)) == Set(AuditEvent.Kind.allCases.filter(Self.endsTokens)))
    }

    private func read(_ follower: inout FollowedFeed, _ path: String, _ scene: Scene) async throws {
        let text = try await scene.caller.get(path).text
        let now = scene.fixture.test.clock.now().seconds
        let keys = scene.domain.keyRing.current ?? []
        try follower.read(text, keys: keys, issuer: scene.domain.settings.issuer, at: now)
    }

    /// The newest event, and the sessions that have ended.
    private func rows(_ database: CountingDatabase) async throws -> (event: String, sessions: [String]) {
        try await database.read { connection throws(SQLFailure) in
            let events = try connection.query("SELECT event FROM audit ORDER BY sequence DESC LIMIT 1", [])
            let sessions = try connection.query("SELECT id FROM sessions WHERE ended_at IS NOT NULL", [])
            return (events.first?.text ?? "", sessions.map(\.text))
        }
    }
}

extension SQLRow {
    fileprivate var text: String {
        if case .text(let text) = self[0] { text } else { "" }
    }
}
