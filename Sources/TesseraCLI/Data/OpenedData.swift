import Logging
import Passwords
import TesseraCore
import TesseraSQL

/// The embedded database opened by this process, and the domain over it.
struct OpenedData: Sendable {
    let domain: Domain
    /// The one that the database is sealed under.
    let masterKey: MasterKey
    private let database: SQLiteDatabase
    private let locks: [DataLock]

    /// Opens the database of a configuration.
    ///
    /// The caller has the lock, which is held until `close`.
    static func open(
        _ configuration: ServerConfiguration,
        _ directory: DataDirectory,
        masterKey: MasterKey,
        lock: DataLock,
        acceptsClock: Bool = false,
        logger: Logger
    ) async throws(CommandFailure) -> OpenedData {
        guard case .sqlite(let path) = configuration.database else { throw UnavailableFeatures.postgreSQL }
        let locks = try await DataLock.adding(to: lock, database: path, directory)
        let clock = SystemClock()
        let database: SQLiteDatabase
        do throws(StorageError) {
            database = try await SQLiteDatabase.open(path: path, at: clock.now())
        } catch {
            throw .failed("The database \(DataDirectory.absolute(path)) cannot be opened: \(error.reason).")
        }
        let storage = SQLStorage(database)
        let masterKey = try await MasterKeyFile.settled(masterKey, storage, configuration, directory, logger)
        let passwords: PasswordService
        do throws(PasswordError) {
            passwords = try PasswordService(
                hasher: PasswordHasher(),
                queue: HashingQueue(capacity: PasswordService.queueCapacity),
                policy: PasswordPolicy(minimumLength: configuration.passwordMinimumLength)
            )
        } catch {
            throw .failed("There is not enough memory to hash a password.")
        }
        var domain = Domain(
            settings: configuration.settings,
            storage: storage,
            masterKey: masterKey,
            passwords: passwords,
            clock: clock,
            marks: HistoryMarkFile(configuration.database, directory),
            logger: logger
        )
        domain.passwordReplaced = { username in
            InitialAdministrator.forget(directory, afterChangeOf: username, logger: logger)
        }
        do {
            try await domain.load(acceptsClock: acceptsClock)
        } catch is MasterKeyError {
            throw MasterKeyFile.wrong(configuration, directory)
        } catch {
            throw .failed("The database \(DataDirectory.absolute(path)) cannot be read: \(error).")
        }
        return OpenedData(domain: domain, masterKey: masterKey, database: database, locks: locks)
    }

    /// Says what an operator should know of the engine, and what a server must do first.
    /// - Returns: Whether the run before was cut off, so that the file is to be checked.
    func beginServing(_ logger: Logger) async throws(CommandFailure) -> Bool {
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
            return try await database.markInUse()
        } catch {
            throw .failed("The database cannot be written: \(error.reason).")
        }
    }

    /// Reads the whole file, and says so where it is damaged.
    func check(_ logger: Logger) async {
        do throws(StorageError) {
            try await database.quickCheck()
            logger.info("the run before was cut off; the database was checked and is whole")
        } catch {
            logger.error("the database could not be checked", metadata: ["error": "\(error)"])
            if error.code == .corrupt { await domain.tellOfDamage() }
        }
    }

    /// Finishes what is under way and closes the files.
    func close() async throws(CommandFailure) {
        await domain.passwords.shutdown()
        await domain.audit.seal()
        do throws(StorageError) {
            try database.close()
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
