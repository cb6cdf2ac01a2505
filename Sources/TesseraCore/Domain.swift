public import Logging

/// All that the domain's services share, put together once by the command line.
public struct Domain: Sendable {
    /// The checked configuration.
    public let settings: Settings
    /// Where everything is kept.
    public let storage: any Storage
    /// The time.
    public let clock: any WallClock
    /// Chance.
    public let random: any RandomSource
    /// The signing keys.
    public let keyRing: KeyRing
    /// The live revocations.
    public let revocations: RevocationList
    /// Hashing and the policy for passwords.
    public let passwords: PasswordService
    /// The audit trail.
    public let audit: AuditTrail
    /// How far the database has come.
    let history: History
    /// How log-ins and refreshes end.
    let metrics = GrantMetrics()
    /// The delays for guesses.
    public let throttle: GuessThrottle
    /// The delays for registrations, counted apart: a new account is no wrong password.
    let registrations: GuessThrottle
    /// Makes the successors of refresh tokens.
    public let derivation: SuccessorDerivation
    /// What asks for the next page of a list.
    public let pages: PageTokens
    /// For what an operator should know.
    public let logger: Logger
    /// Who asks for the commands that are carried out in it.
    public var author = Author.commandLine
    /// When the database was last read, where other nodes write to it too.
    public var contact = DatabaseContact.unbounded
    /// Told the user name once an account's password has been replaced or the account is gone: for what a first password
    /// left behind.
    public var passwordReplaced: @Sendable (_ username: String) -> Void = { _ in }

    /// Puts the parts together.
    public init(
        settings: Settings,
        storage: any Storage,
        masterKey: MasterKey,
        passwords: PasswordService,
        clock: any WallClock = SystemClock(),
        random: any RandomSource = SystemRandomSource(),
        marks: (any HistoryMarkStore)? = nil,
        logger: Logger
    ) {
        self.settings = settings
        self.storage = storage
        self.clock = clock
        self.random = random
        self.keyRing = KeyRing(store: storage, masterKey: masterKey, settings: settings, clock: clock)
        self.revocations = RevocationList()
        let history = History(storage: storage, marks: marks, random: random, logger: logger)
        self.history = history
        self.audit = AuditTrail(
            store: storage,
            masterKey: masterKey,
            clock: clock,
            logger: logger,
            advanced: { history.advance(to: $0) }
        )
        self.passwords = passwords
        let limits = GuessLimits(
            perAccount: settings.loginAttemptsPerAccount,
            perAddress: settings.loginAttemptsPerAddress
        )
        self.throttle = GuessThrottle(limits: limits)
        self.registrations = GuessThrottle(limits: limits)
        self.derivation = masterKey.successorDerivation
        self.pages = PageTokens(masterKey: masterKey)
        self.logger = logger
    }

    /// Reads what must be in memory before the first request: the latest time seen, the keys and the live revocations.
    ///
    /// - Parameter acceptsClock: Whether the machine's clock is believed although a later time was seen before.
    /// - Throws: `MasterKeyError`, `StorageError` or `KeyError`; the start must stop.
    public func load(acceptsClock: Bool = false) async throws {
        if !acceptsClock {
            for seen in [try await storage.latestTime(), history.stored?.latestTime].compactMap(\.self) {
                clock.resume(after: seen)
            }
        }
        try await keyRing.checkMasterKey()
        try await noticeOlderDatabase(acceptsClock: acceptsClock)
        if let doubt = clock.doubt { logger.error("\(doubt)") }
        try await keyRing.load()
        try await audit.load()
        revocations.add(try await storage.revocations(at: clock.now()))
    }

    /// Stores the time as the latest seen, in the database and beside it.
    public func storeTime() async throws(StorageError) {
        let now = clock.now()
        try await storage.storeLatestTime(now, mayStepBack: false)
        history.advance(to: now)
    }

    /// Does what falls due with time: key rotation, sweeping.
    ///
    /// Called every minute; never throws, only logs.
    public func tick() async {
        let now = clock.now()
        if let doubt = clock.doubt { logger.error("\(doubt)") }
        do {
            try await storeTime()
            try await keyRing.advance()
            revocations.prune(at: now)
            try await storage.sweepRevocations(at: now)
            try await storage.sweepSessions(before: now.adding(.seconds(-86_400)))
            await audit.seal()
            audit.logHead()
        } catch {
            logger.error("periodic work failed and is tried again in a minute", metadata: ["error": "\(error)"])
            if (error as? StorageError)?.code == .corrupt { await tellOfDamage() }
        }
    }

    /// Says that the database is damaged, and which back-up is there to restore.
    public func tellOfDamage() async {
        let last = try? await storage.latestBackupPath()
        logger.critical(
            """
            the database is damaged, and nothing is written to it any more: stop the server and restore a back-up \
            (tessera restore FILE)
            """,
            metadata: ["last_backup": "\((last ?? nil) ?? "none is known")"]
        )
    }
}
