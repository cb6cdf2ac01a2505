import Passwords
import TesseraCore
import TesseraSQL

/// What the server's storage does alone: refreshes of many sessions at once, with no HTTP around them and no signature.
///
/// Prints rotations a second: `Rotations DIRECTORY SESSIONS SECONDS`.
@main
struct Rotations {
    private struct WrongUsage: Error {}
    private struct Refused: Error {}

    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst()
        guard arguments.count == 3, let directory = arguments.first, let count = Int(arguments.dropFirst().first ?? ""),
            let seconds = Int(arguments.last ?? "")
        else { throw WrongUsage() }
        let (clock, random) = (SystemClock(), SystemRandomSource())
        let storage = SQLStorage(try await SQLiteDatabase.open(path: directory + "/tessera.sqlite", at: clock.now()))
        let settings = Settings()
        guard let derivation = MasterKey(random.bytes(MasterKey.byteCount))?.successorDerivation else { throw Refused() }
        let account = Account(
            id: random.identifier(),
            username: "alice",
            email: nil,
            roles: [],
            isDisabled: false,
            generation: 0,
            createdAt: clock.now()
        )
        let hash = try PasswordHash(
            parsing: "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
        )
        try await storage.add(
            account,
            canonicalUsername: "alice",
            passwordHash: hash,
            emailOrigin: .assigned,
            event: AuditEvent(.accountAdded, at: clock.now(), accountID: account.id)
        )
        var tokens: [RefreshToken] = []
        for _ in 0..<count {
            let now = clock.now()
            let token = RefreshToken(handle: random.bytes(12), counter: 0, secret: random.bytes(16))
            let state = RefreshState(
                handle: token.handle,
                counter: 0,
                currentDigest: token.digest,
                previousDigest: nil,
                rotatedAt: now,
                previousRotatedAt: nil,
                salt: random.bytes(32)
            )
            let session = Session(
                id: random.identifier(),
                accountID: account.id,
                clientID: Client.builtInID,
                scope: [],
                audiences: [settings.issuer],
                accountGeneration: 0,
                clientGeneration: 0,
                authenticatedAt: now,
                expiresAt: now.adding(settings.sessionLifetime),
                idleExpiresAt: now.adding(settings.refreshTokenLifetime),
                endedAt: nil,
                refresh: state
            )
            let event = AuditEvent(.sessionBegun, at: now, accountID: account.id, sessionID: session.id)
            guard case .begun = try await storage.begin(session, grant: .password, event: event) else { throw Refused() }
            tokens.append(token)
        }
        let begun = ContinuousClock.now
        let end = begun + .seconds(seconds)
        let done = try await withThrowingTaskGroup(of: Int.self) { group in
            for token in tokens {
                group.addTask {
                    var (token, done) = (token, 0)
                    while ContinuousClock.now < end {
                        let rotation = Rotation(
                            token: token,
                            proof: ClientProof(PresentedClient(id: Client.builtInID)),
                            requestedScope: nil,
                            requestedAudiences: [],
                            now: clock.now(),
                            settings: settings,
                            derivation: derivation
                        )
                        guard case .rotated(let grant) = try await storage.rotate(rotation) else { throw Refused() }
                        token = grant.refreshToken
                        done += 1
                    }
                    return done
                }
            }
            var all = 0
            for try await done in group { all += done }
            return all
        }
        let time = ContinuousClock.now - begun
        print(Int(Double(done) / (Double(time.components.seconds) + Double(time.components.attoseconds) / 1e18)))
    }
}
