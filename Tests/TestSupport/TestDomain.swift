internal import Foundation
public import JOSE
internal import Logging
public import Passwords
public import TesseraCore
internal import TesseraSQL

/// A whole domain over a real SQLite file, with a clock that the test moves and cheap hashes.
public final class TestDomain: Sendable {
    /// The domain.
    public let domain: Domain
    /// Its clock.
    public let clock: TestClock
    /// Its database, whose transactions are counted.
    public let database: CountingDatabase
    /// The database's directory, gone with the test.
    public let directory: String

    /// The master key of every test domain.
    public static let masterKeyBytes = [UInt8](repeating: 0x5A, count: 32)
    /// A password that the policy takes.
    public static let password = "correct horse battery staple"

    /// Makes a domain with an account `alice` (role `editor`) and `admin` (role `admin`), both with ``password``.
    public init(configure: (inout Settings) -> Void = { _ in }, queue: HashingQueue? = nil) async throws {
        directory = NSTemporaryDirectory() + "tessera-test-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        clock = TestClock()
        database = CountingDatabase(
            try await SQLiteDatabase.open(path: directory + "/tessera.sqlite", at: clock.now())
        )
        var settings = Settings(issuer: "https://id.example")
        settings.roles = RoleTable(["editor": ["articles:read", "articles:write"], "reader": ["articles:read"]])
        configure(&settings)
        guard let masterKey = MasterKey(Self.masterKeyBytes) else { throw SetupError() }
        domain = Domain(
            settings: settings,
            storage: SQLStorage(database),
            masterKey: masterKey,
            passwords: try PasswordService(
                hasher: PasswordHasher(memory: 64, passes: 1),
                queue: queue ?? HashingQueue(),
                policy: PasswordPolicy(minimumLength: settings.passwordMinimumLength)
            ),
            clock: clock,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        try await domain.load()
        let administration = LocalAdministration(domain)
        for (name, role) in [("alice", "editor"), ("admin", "admin")] {
            _ = try await administration.perform(
                AddAccount(username: name, email: nil, roles: [role], password: Secret(Self.password))
            )
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    private struct SetupError: Error {}

    /// Logs in, as the built-in client from 192.0.2.1 unless told otherwise.
    public func logIn(
        _ username: String = "alice",
        password: String = TestDomain.password,
        scope: Scope? = nil,
        resources: [String] = [],
        client: PresentedClient = PresentedClient(),
        address: String = "192.0.2.1"
    ) async throws -> TokenResponse {
        try await AuthorizationServer(domain).issueTokens(
            for: .password(username: username, password: Password(password), scope: scope, resources: resources),
            client: client,
            address: ClientAddress(address) ?? .unix
        )
    }

    /// Refreshes, as the built-in client unless told otherwise.
    public func refresh(
        _ token: Secret?,
        scope: Scope? = nil,
        client: PresentedClient = PresentedClient()
    ) async throws -> TokenResponse {
        try await AuthorizationServer(domain).issueTokens(
            for: .refreshToken(token ?? Secret(""), scope: scope, resources: []),
            client: client,
            address: .unix
        )
    }

    /// Registers a confidential client and answers how it presents itself.
    public func addClient(
        _ id: String,
        grants: [String] = ["client_credentials"],
        scopes: [String] = [],
        audiences: [String] = []
    ) async throws -> PresentedClient {
        let reply = try await LocalAdministration(domain).perform(
            AddClient(
                id: id,
                displayName: nil,
                confidential: true,
                grants: grants,
                scopes: scopes,
                audiences: audiences,
                origins: [],
                redirectURIs: []
            )
        )
        return PresentedClient(id: id, secret: reply.secret?.secret, usedBasic: true)
    }

    /// The claims of one of this domain's access tokens, verified.
    public func verified(_ token: Secret, audience: String = "https://id.example") throws -> VerifiedToken {
        let clock = clock
        return try TokenVerifier(
            .accessToken(issuer: domain.settings.issuer, audience: Audience(audience)),
            keys: domain.keyRing.current ?? [],
            clock: EpochClock { clock.now().seconds }
        )
        .verify(token.revealed)
    }
}
