import Foundation
import GRDB
import TesseraCore
import Testing

@testable import TesseraSQL

struct BackUpTests {
    private func backUp(
        _ fixture: TemporaryDatabase,
        to name: String = "copy.sqlite",
        replacing: Bool = false
    ) async throws -> Int64 {
        let event = Sample.event(.backupMade)
        return try await fixture.storage.backUp(to: fixture.directory + "/" + name, replacing: replacing, event: event)
    }

    @Test func `a back-up is one private file that holds all, and nothing is left beside it`() async throws {
        let fixture = try await TemporaryDatabase()
        let account = Sample.account("alice")
        try await fixture.storage.add(account, canonicalUsername: "alice", event: Sample.event())
        _ = try await fixture.database.markInUse()
        let bytes = try await backUp(fixture)
        let path = fixture.directory + "/copy.sqlite"
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.size] as? Int64 == bytes || (attributes[.size] as? Int).map(Int64.init) == bytes)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        let files = try FileManager.default.contentsOfDirectory(atPath: fixture.directory)
        #expect(files.filter { $0.contains("copy") } == ["copy.sqlite"])
        let copy = try await SQLiteDatabase.open(path: path, at: Sample.now)
        #expect(try await SQLStorage(copy).account(id: account.id)?.username == "alice")
        #expect(try await copy.markInUse() == false)
        #expect(try await fixture.storage.latestBackup() == Sample.now)
        #expect(try await fixture.storage.latestBackupPath() == path)
    }

    @Test func `writes go on while a back-up is made, and it holds one moment of them`() async throws {
        let fixture = try await TemporaryDatabase()
        let storage = fixture.storage
        async let writing: Void = {
            for index in 0..<300 {
                try await storage.add(
                    Sample.account("user\(index)"),
                    canonicalUsername: "user\(index)",
                    event: AuditEvent(.accountAdded, at: Sample.now, accountID: "user\(index)")
                )
            }
        }()
        for index in 0..<5 { _ = try await backUp(fixture, to: "copy\(index).sqlite") }
        try await writing
        for index in 0..<5 {
            let copy = try await SQLiteDatabase.open(path: fixture.directory + "/copy\(index).sqlite", at: Sample.now)
            // An account and its audit row are of one transaction.
            let counts = try await copy.read { connection throws(SQLFailure) in
                let sql = """
                    SELECT (SELECT COUNT(*) FROM accounts),
                        (SELECT COUNT(*) FROM audit WHERE event = 'account_added')
                    """
                return try connection.query(sql, []).map { row throws(SQLFailure) in
                    [try row.integer(0), try row.integer(1)]
                }
            }
            #expect(counts.first?.first == counts.first?.last)
        }
    }

    @Test func `nothing is replaced unasked, and nothing but a back-up ever`() async throws {
        let fixture = try await TemporaryDatabase()
        _ = try await backUp(fixture)
        try Data("precious".utf8).write(to: URL(fileURLWithPath: fixture.directory + "/master.key"))
        for (name, replacing) in [("copy.sqlite", false), ("master.key", true), ("tessera.sqlite", true)] {
            let error = await #expect(throws: StorageError.self) {
                try await backUp(fixture, to: name, replacing: replacing)
            }
            #expect(error?.code == .taken, "\(name)")
        }
        #expect(try String(contentsOfFile: fixture.directory + "/master.key", encoding: .utf8) == "precious")
        _ = try await backUp(fixture, replacing: true)
    }

    @Test func `a back-up that cannot be written leaves no part of it`() async throws {
        let fixture = try await TemporaryDatabase()
        let error = await #expect(throws: StorageError.self) { try await backUp(fixture, to: "nowhere/copy.sqlite") }
        #expect(error?.code == .unavailable)
        #expect(error?.reason.contains("nowhere") == true)
        #expect(try await fixture.storage.latestBackup() == nil)
    }

    @Test func `raising the generation ends every session, every key and every client's tokens`() async throws {
        let fixture = try await TemporaryDatabase()
        let account = Sample.account("alice")
        try await fixture.storage.add(account, canonicalUsername: "alice", event: Sample.event())
        let session = Sample.session("s1", account: account, token: Sample.token(7))
        _ = try await fixture.storage.begin(session, grant: .password, event: Sample.event(.sessionBegun))
        let raise = GenerationRaise(atLeast: 7, otherClients: ["gone"], event: Sample.event(.restored))
        let revocations = try await fixture.storage.raiseGeneration(raise)
        let lifetime = GenerationRaise.longestAccessToken
        #expect(
            revocations
                == ["gone", Client.builtInID].map {
                    Revocation(
                        .client($0, issuedUpTo: Sample.now.seconds),
                        at: Sample.now,
                        accessTokenLifetime: lifetime
                    )
                }
        )
        #expect(try await fixture.storage.revocations(at: Sample.now) == revocations)
        #expect(try await fixture.storage.sessions(accountID: nil, at: Sample.now, limit: 10).isEmpty)
        #expect(try await fixture.storage.account(id: account.id)?.generation == 1)
        #expect(try await fixture.storage.client(id: Client.builtInID)?.generation == 1)
        #expect(try await fixture.storage.signingKeys().isEmpty)
        #expect(try await fixture.storage.history(orStore: "x").generation == 7)
        _ = try await fixture.storage.raiseGeneration(raise)
        #expect(try await fixture.storage.history(orStore: "y").generation == 8)
        #expect(try await fixture.storage.history(orStore: "y").databaseID == "x")
    }
}

struct RestoreTests {
    /// A back-up beside a database that has gone on.
    private static func prepared() async throws -> (TemporaryDatabase, backup: String) {
        let fixture = try await TemporaryDatabase()
        let backup = fixture.directory + "/copy.sqlite"
        _ = try await fixture.storage.history(orStore: "identity")
        _ = try await fixture.storage.backUp(to: backup, replacing: false, event: Sample.event(.backupMade))
        try await fixture.storage.add(Sample.account("late"), canonicalUsername: "late", event: Sample.event())
        return (fixture, backup)
    }

    private static func finish(
        _ restore: SQLiteRestore,
        keepingOldAt aside: String
    ) async throws -> SQLiteRestore.Replaced {
        try await restore.finish(atLeast: 5, keepingOldAt: aside) { _ in Sample.event(.restored) }
    }

    @Test func `a back-up takes the database's place, and the old one is kept whole`() async throws {
        let (fixture, backup) = try await Self.prepared()
        try await fixture.database.close()
        let restore = SQLiteRestore(to: fixture.path)
        #expect(try restore.stage(backup).madeAt == Sample.now)
        let aside = fixture.path + ".replaced"
        #expect(try await Self.finish(restore, keepingOldAt: aside).keptAt == aside)
        let restored = SQLStorage(try await SQLiteDatabase.open(path: fixture.path, at: Sample.now))
        #expect(try await restored.account(canonicalUsername: "late") == nil)
        #expect(try await restored.history(orStore: "").generation == 5)
        let old = SQLStorage(try await SQLiteDatabase.open(path: aside, at: Sample.now))
        #expect(try await old.account(canonicalUsername: "late") != nil)
        #expect(!FileManager.default.fileExists(atPath: fixture.path + ".restoring"))
    }

    @Test func `what a killed server left in its log goes along with the old database`() async throws {
        let (fixture, backup) = try await Self.prepared()
        // The files as they lie while the server has them open: the newest account is in the log alone.
        let other = fixture.directory + "/killed.sqlite"
        for suffix in ["", "-wal"] {
            try FileManager.default.copyItem(atPath: fixture.path + suffix, toPath: other + suffix)
        }
        let restore = SQLiteRestore(to: other)
        _ = try restore.stage(backup)
        _ = try await Self.finish(restore, keepingOldAt: other + ".replaced")
        #expect(!FileManager.default.fileExists(atPath: other + "-wal"))
        let restored = SQLStorage(try await SQLiteDatabase.open(path: other, at: Sample.now))
        #expect(try await restored.account(canonicalUsername: "late") == nil)
        let old = SQLStorage(try await SQLiteDatabase.open(path: other + ".replaced", at: Sample.now))
        #expect(try await old.account(canonicalUsername: "late") != nil)
    }

    @Test func `a database that is damaged beyond reading is replaced and kept`() async throws {
        let (fixture, backup) = try await Self.prepared()
        let broken = fixture.directory + "/broken.sqlite"
        let junk = Data("SQLite format 3\u{0}".utf8) + Data(repeating: 0x55, count: 9000)
        try junk.write(to: URL(fileURLWithPath: broken))
        try Data("a log of its own".utf8).write(to: URL(fileURLWithPath: broken + "-wal"))
        let restore = SQLiteRestore(to: broken)
        _ = try restore.stage(backup)
        _ = try await Self.finish(restore, keepingOldAt: broken + ".replaced")
        #expect(try Data(contentsOf: URL(fileURLWithPath: broken + ".replaced")) == junk)
        let restored = SQLStorage(try await SQLiteDatabase.open(path: broken, at: Sample.now))
        #expect(try await restored.client(id: Client.builtInID) != nil)
    }

    @Test func `what is damaged, foreign or absent is refused, and nothing has changed`() async throws {
        let (fixture, backup) = try await Self.prepared()
        let foreign = fixture.directory + "/foreign.sqlite"
        let queue = try DatabaseQueue(path: foreign)
        try await queue.write { database in try database.execute(sql: "CREATE TABLE cats (name TEXT)") }
        try queue.close()
        let damaged = fixture.directory + "/damaged.sqlite"
        var bytes = try Data(contentsOf: URL(fileURLWithPath: backup))
        for page in 4..<(bytes.count / 4096) { bytes[page * 4096 + 5] ^= 0xFF }
        try bytes.write(to: URL(fileURLWithPath: damaged))
        let text = fixture.directory + "/text"
        try Data("not a database at all".utf8).write(to: URL(fileURLWithPath: text))
        let restore = SQLiteRestore(to: fixture.path)
        for (path, code) in [
            (foreign, StorageError.Code.corrupt), (damaged, .corrupt), (text, .corrupt),
            (fixture.directory + "/absent", .unavailable),
        ] {
            let error = #expect(throws: StorageError.self) { try restore.stage(path) }
            #expect(error?.code == code, "\(path): \(error?.reason ?? "")")
        }
        #expect(try await fixture.storage.account(canonicalUsername: "late") != nil)
    }

    @Test func `a back-up of a newer version is refused with both versions, and nothing has changed`() async throws {
        let (fixture, backup) = try await Self.prepared()
        let queue = try DatabaseQueue(path: backup)
        try await queue.write { database in
            try database.execute(sql: "INSERT INTO schema_migrations VALUES (99, 'later', 'x', 0)")
        }
        try queue.close()
        try await fixture.database.close()
        let restore = SQLiteRestore(to: fixture.path)
        _ = try restore.stage(backup)
        let error = await #expect(throws: StorageError.self) {
            try await Self.finish(restore, keepingOldAt: fixture.path + ".replaced")
        }
        #expect(error?.reason.contains("99") == true)
        let same = SQLStorage(try await SQLiteDatabase.open(path: fixture.path, at: Sample.now))
        #expect(try await same.account(canonicalUsername: "late") != nil)
    }
}
