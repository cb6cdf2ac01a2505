import Logging
import Passwords
import TesseraCore
import TesseraSQL

/// The database opened by this process, and the domain over it.
struct OpenedData: Sendable {
    let domain: Domain
    /// The one that the database is sealed under.
    let masterKey: MasterKey
    private let database: any SQLDatabase
    private let locks: [DataLock]

    /// How a process works with the data.
    enum Use: Sendable {
        /// A server that starts: makes what is missing.
        case serve(acceptsClock: Bool)
        /// A command: takes things as they are.
        case command
    }

    /// Opens the database of a configuration.
    ///
    /// With the embedded database the caller has the data directory's lock, which is held until `close`.
    static func open(
        _ configuration: ServerConfiguration,
        _ directory: DataDirectory,
        lock: DataLock?,
        for use: Use,
        logger: Logger = LogSetup.command
    ) async throws(CommandFailure) -> OpenedData {
        var locks = lock.map { [$0] } ?? []
        if case .sqlite(let path) = configuration.database, let lock {
            locks = try await DataLock.adding(to: lock, database: path, directory)
        }
        let clock = SystemClock()
        let schema: SchemaPolicy =
            switch use {
            case .serve: .migrate
            case .command: .require
            }
        let database = try await DatabaseOpening.open(configuration.database, schema: schema, at: clock.now())
        do throws(CommandFailure) {
            let (domain, key) = try await domain(over: database, configuration, directory, clock, use, logger)
            return OpenedData(domain: domain, masterKey: key, database: database, locks: locks)
        } catch {
            try? await database.close()
            throw error
        }
    }

    private static func domain(
        over database: any SQLDatabase,
        _ configuration: ServerConfiguration,
        _ directory: DataDirectory,
        _ clock: SystemClock,
        _ use: Use,
        _ logger: Logger
    ) async throws(CommandFailure) -> (Domain, MasterKey) {
        let storage = SQLStorage(database)
        let isNeeded: Bool
        do throws(StorageError) {
            guard try await !DatabaseMove.isUnfinished(in: database) else {
                throw StorageError(.unavailable, "a move into it was not finished: run `tessera move` again")
            }
            isNeeded = try await storage.storedMasterKeyCheck() != nil
        } catch {
            throw DatabaseOpening.failure(configuration.database, error.reason)
        }
        let (absence, acceptsClock): (MasterKeyFile.Absence, Bool) =
            switch use {
            case .serve(let acceptsClock): (.create, acceptsClock)
            case .command: (.refuse, false)
            }
        let found = try MasterKeyFile.find(configuration, directory, isNeeded: isNeeded, absence: absence, logger)
        let masterKey = try await MasterKeyFile.settled(found.key, storage, configuration, directory, logger)
        var domain = Domain(
            settings: configuration.settings,
            storage: storage,
            masterKey: masterKey,
            passwords: try passwords(configuration),
            clock: clock,
            // With PostgreSQL there may be no directory to keep a mark in.
            marks: PrivateFile.exists(directory.path) ? HistoryMarkFile(configuration.database, directory) : nil,
            logger: logger
        )
        if case .postgreSQL = configuration.database { domain.contact = DatabaseContact(clock: clock) }
        domain.passwordReplaced = { username in
            InitialAdministrator.forget(directory, afterChangeOf: username, logger: logger)
        }
        do {
            try await domain.load(acceptsClock: acceptsClock)
        } catch MasterKeyError.wrongKey where found.isNew {
            // Another node made the database's key in the same moment: ours is good for nothing.
            _ = PrivateFile.remove(directory.masterKey)
            throw MasterKeyFile.missing(configuration, directory)
        } catch is MasterKeyError {
            throw MasterKeyFile.wrong(configuration, directory)
        } catch {
            throw .failed("The database \(configuration.database.place) cannot be read: \(error).")
        }
        return (domain, masterKey)
    }

    private static func passwords(_ configuration: ServerConfiguration) throws(CommandFailure) -> PasswordService {
        do throws(PasswordError) {
            return try PasswordService(
                hasher: PasswordHasher(),
                queue: HashingQueue(capacity: PasswordService.queueCapacity),
                policy: PasswordPolicy(minimumLength: configuration.passwordMinimumLength)
            )
        } catch {
            throw .failed("There is not enough memory to hash a password.")
        }
    }

    /// Says what an operator should know of the embedded engine, and what a server must do first with it.
    /// - Returns: Whether the run before was cut off, so that the file is to be checked.
    func beginServing(_ logger: Logger) async throws(CommandFailure) -> Bool {
        guard let embedded = database as? SQLiteDatabase else { return false }
        if SQLiteDatabase.hasResetFault {
            logger.notice(
                """
                this SQLite library can damage a database that two programs write at once (mended in 3.51.3): here one \
                does, so leave the file to the server and use the commands beside it
                """,
                metadata: ["version": "\(SQLiteDatabase.libraryVersion)"]
            )
        }
        do throws(StorageError) {
            return try await embedded.markInUse()
        } catch {
            throw .failed("The database cannot be written: \(error.reason).")
        }
    }

    /// Reads the whole file, and says so where it is damaged.
    func check(_ logger: Logger) async {
        guard let embedded = database as? SQLiteDatabase else { return }
        do throws(StorageError) {
            try await embedded.quickCheck()
            logger.info("the run before was cut off; the database was checked and is whole")
        } catch {
            logger.error("the database could not be checked", metadata: ["error": "\(error)"])
            if error.code == .corrupt { await domain.tellOfDamage() }
        }
    }

    /// Finishes what is under way and closes the database.
    func close() async throws(CommandFailure) {
        await domain.passwords.shutdown()
        await domain.audit.seal()
        do throws(StorageError) {
            try await database.close()
        } catch {
            throw .failed("The database could not be closed: \(error.reason).")
        }
        withExtendedLifetime(locks) {}
    }
}

extension ServerConfiguration {
    /// What the domain needs to know.
    var settings: Settings {
        var settings = Settings(issuer: issuer)
        settings.signingAlgorithm = signingAlgorithm.signatureAlgorithm
        settings.signingSecret = signingAlgorithm == .hs256 ? signingSecret : nil
        settings.signingKeyLifetime = signingKeyLifetime
        settings.accessTokenLifetime = accessTokenLifetime
        settings.refreshTokenLifetime = refreshTokenLifetime
        settings.sessionLifetime = sessionLifetime
        settings.refreshGracePeriod = refreshGracePeriod
        settings.defaultAudience = defaultAudience
        settings.passwordGrant = passwordGrant
        settings.loginAttemptsPerAccount = loginAttemptsPerAccount
        settings.loginAttemptsPerAddress = loginAttemptsPerAddress
        settings.isRegistrationOpen = registration == .open
        settings.passwordMinimumLength = passwordMinimumLength
        settings.roles = RoleTable(roles.scopes)
        return settings
    }
}
