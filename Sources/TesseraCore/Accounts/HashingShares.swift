internal import Passwords
internal import Synchronization

/// How many places in the hashing queue each address holds, so that one of them cannot keep the others out.
///
/// The table has an entry for each address with a hash under way, so the queue's capacity bounds it.
final class HashingShares: Sendable {
    private let limit: Int
    /// Guards the counts.
    private let counts = Mutex<[AddressPrefix: Int]>([:])

    /// - Parameter limit: The most hashes that one address may have waiting and running.
    init(limit: Int) {
        self.limit = limit
    }

    /// Runs a body that hashes, if the address has a place left.
    func run<Value: Sendable>(
        from address: ClientAddress,
        _ body: () async throws(HashingQueue.Full) -> Value
    ) async throws(HashingQueue.Full) -> Value {
        let household = address.household
        let isAdmitted = counts.withLock { counts in
            let count = counts[household, default: 0]
            guard count < limit else { return false }
            counts[household] = count + 1
            return true
        }
        guard isAdmitted else { throw HashingQueue.Full(retryAfterSeconds: 1) }
        defer {
            counts.withLock { counts in
                let count = counts[household, default: 1]
                counts[household] = count > 1 ? count - 1 : nil
            }
        }
        return try await body()
    }
}

extension ClientAddress {
    /// Who counts as one: an IPv4 address, or the /64 that a provider gives a household.
    public var household: AddressPrefix { prefix(min(64, bitCount)) }
}
