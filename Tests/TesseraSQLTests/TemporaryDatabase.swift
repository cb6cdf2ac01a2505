import Foundation
import JOSE
import Passwords
import TesseraCore
import TesseraSQL

/// A real SQLite file in a directory of its own, gone with the test.
final class TemporaryDatabase: Sendable {
    let directory: String
    let database: SQLiteDatabase
    var storage: SQLStorage { SQLStorage(database) }
    var path: String { directory + "/tessera.sqlite" }

    init() async throws {
        directory = NSTemporaryDirectory() + "tessera-sql-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        database = try await SQLiteDatabase.open(path: directory + "/tessera.sqlite", at: Sample.now)
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }
}

extension SQLStorage {
    /// Adds an account with the sample's hash.
    func add(_ account: Account, canonicalUsername: String, event: AuditEvent) async throws(StorageError) {
        guard let hash = try? Sample.hash() else { throw StorageError(.corrupt, "the sample's hash") }
        try await add(
            account,
            canonicalUsername: canonicalUsername,
            passwordHash: hash,
            emailOrigin: .assigned,
            event: event
        )
    }
}

/// Values that the store tests begin with.
enum Sample {
    static let now = Timestamp(seconds: 1_800_000_000)
    static let lifetime = Duration.seconds(1800)
    static let masterKey = MasterKey([UInt8](repeating: 1, count: 32))

    static func hash(_ salt: String = "c29tZXNhbHRzb21lc2FsdA") throws -> PasswordHash {
        try PasswordHash(
            parsing: "$argon2id$v=19$m=19456,t=2,p=1$\(salt)$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
        )
    }

    static func account(_ name: String, email: String? = nil) -> Account {
        Account(
            id: "id-of-\(name)",
            username: name,
            email: email,
            roles: ["editor", "a \"strange\" role"],
            isDisabled: false,
            generation: 0,
            createdAt: now
        )
    }

    static func event(_ kind: AuditEvent.Kind = .accountAdded, at: Timestamp = now) -> AuditEvent {
        AuditEvent(kind, at: at)
    }

    static func session(
        _ id: String,
        account: Account,
        client: String = Client.builtInID,
        token: RefreshToken
    ) -> Session {
        Session(
            id: id,
            accountID: account.id,
            clientID: client,
            scope: ["articles:read", "articles:write"],
            audiences: ["https://api.example"],
            accountGeneration: account.generation,
            clientGeneration: 0,
            authenticatedAt: now,
            expiresAt: now.adding(.seconds(90 * 86_400)),
            idleExpiresAt: now.adding(.seconds(14 * 86_400)),
            endedAt: nil,
            refresh: RefreshState(
                handle: token.handle,
                counter: token.counter,
                currentDigest: token.digest,
                previousDigest: nil,
                rotatedAt: now,
                previousRotatedAt: nil,
                salt: [UInt8](repeating: 4, count: 32)
            )
        )
    }

    static func token(_ seed: UInt8) -> RefreshToken {
        RefreshToken(
            handle: [UInt8](repeating: seed, count: 12),
            counter: 0,
            secret: [UInt8](repeating: seed, count: 16)
        )
    }
}
