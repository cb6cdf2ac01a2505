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
    /// The delays for guesses.
    public let throttle: GuessThrottle
    /// Makes the successors of refresh tokens.
    public let derivation: SuccessorDerivation
    /// For what an operator should know.
    public let logger: Logger
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
        logger: Logger
    ) {
        self.settings = settings
        self.storage = storage
        self.clock = clock
        self.random = random
        self.keyRing = KeyRing(store: storage, masterKey: masterKey, settings: settings, clock: clock)
        self.revocations = RevocationList()
        self.passwords = passwords
        self.throttle = GuessThrottle(
            limits: GuessLimits(
                perAccount: settings.loginAttemptsPerAccount,
                perAddress: settings.loginAttemptsPerAddress
            )
        )
        self.derivation = masterKey.successorDerivation
        self.logger = logger
    }

    /// Reads what must be in memory before the first request: the latest time seen, the keys and the live revocations.
    ///
    /// - Parameter acceptsClock: Whether the machine's clock is believed although a later time was seen before.
    /// - Throws: `MasterKeyError`, `StorageError` or `KeyError`; the start must stop.
    public func load(acceptsClock: Bool = false) async throws {
        if !acceptsClock, let seen = try await storage.latestTime() { clock.resume(after: seen) }
        if let doubt = clock.doubt { logger.error("\(doubt)") }
        try await keyRing.load()
        revocations.add(try await storage.revocations(at: clock.now()))
    }

    /// Does what falls due with time: key rotation, sweeping.
    ///
    /// Called every minute; never throws, only logs.
    public func tick() async {
        let now = clock.now()
        if let doubt = clock.doubt { logger.error("\(doubt)") }
        do {
            try await storage.storeLatestTime(now)
            try await keyRing.advance()
            revocations.prune(at: now)
            try await storage.sweepRevocations(at: now)
            try await storage.sweepSessions(before: now.adding(.seconds(-86_400)))
        } catch {
            logger.error("periodic work failed and is tried again in a minute", metadata: ["error": "\(error)"])
        }
    }
}
