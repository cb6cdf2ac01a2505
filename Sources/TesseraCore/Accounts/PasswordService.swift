public import Passwords

/// Hashing behind its bounded queue, and the policy for new passwords.
public struct PasswordService: Sendable {
    private let hasher: PasswordHasher
    private let queue: HashingQueue
    private let policy: PasswordPolicy
    private let shares: HashingShares
    /// The hash of no password: what an unknown user's guess is compared with.
    private let decoy: PasswordHash
    private let metrics = HashingMetrics()

    /// How many hashes of one address may wait and run: several addresses together fill the queue, none alone.
    static let placesPerAddress = 96
    /// How many hashes may wait in all.
    public static let queueCapacity = 256

    /// Makes the service; hashes once, so that an unknown user costs as much as a wrong password.
    ///
    /// - Parameters:
    ///   - hasher: Makes and checks hashes.
    ///   - queue: The threads that hashing runs on.
    ///   - policy: What a new password must be.
    /// - Throws: `PasswordError` where there is no memory for one hash.
    public init(hasher: PasswordHasher, queue: HashingQueue, policy: PasswordPolicy) throws(PasswordError) {
        self.hasher = hasher
        self.queue = queue
        self.policy = policy
        self.shares = HashingShares(limit: Self.placesPerAddress)
        self.decoy = try hasher.decoy()
    }

    /// How many hashes wait and run.
    public var load: (waiting: Int, running: Int) { queue.load }

    /// Takes no more work and returns when what was accepted is done.
    public func shutdown() async {
        await queue.shutdown()
    }

    /// Whether a password fits; without a hash the same work is done and the answer is no.
    func verify(
        _ password: Password,
        _ hash: PasswordHash?,
        from address: ClientAddress
    ) async throws(HashingQueue.Full) -> Bool {
        let (hasher, decoy) = (hasher, decoy)
        let fits = try await shares.run(from: address) { () async throws(HashingQueue.Full) in
            try await metrics.measured(queue) { hasher.verify(password, hash ?? decoy) }
        }
        return fits && hash != nil
    }

    /// A new hash; nil where the library had no memory for it.
    func hash(_ password: Password, from address: ClientAddress) async throws(HashingQueue.Full) -> PasswordHash? {
        let hasher = hasher
        return try await shares.run(from: address) { () async throws(HashingQueue.Full) in
            try await metrics.measured(queue) { try? hasher.hash(password) }
        }
    }

    /// Whether a hash should be replaced at the next log-in.
    func needsRehash(_ hash: PasswordHash) -> Bool { hasher.needsRehash(hash) }

    /// Why a new password is refused; nil where it is fine.
    public func violation(of password: Password, username: String) -> PasswordViolation? {
        policy.violation(of: password, username: username)
    }
}
