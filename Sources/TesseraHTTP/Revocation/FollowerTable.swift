internal import TesseraCore

/// Who waits at the feed, counted in total and per IPv4 address or IPv6 /64.
struct FollowerTable {
    /// Why one more may not wait.
    enum Refusal: Error {
        case tooMany
        case tooManyFromAddress
    }

    /// One that waits.
    struct Waiter {
        let continuation: CheckedContinuation<Refusal?, Never>
        /// The place in the log that it knows.
        let place: UInt64
        let until: ContinuousClock.Instant
        /// Nil where it is not counted by its address.
        let address: AddressPrefix?
    }

    private let limits: HTTPLimits
    private var waiters: [UInt64: Waiter] = [:]
    /// Has an entry for each address that somebody waits from.
    private var perAddress: [AddressPrefix: Int] = [:]
    private var latestID: UInt64 = 0

    init(limits: HTTPLimits) {
        self.limits = limits
    }

    var count: Int { waiters.count }
    var isEmpty: Bool { waiters.isEmpty }

    /// A name for the next one.
    mutating func nextID() -> UInt64 {
        latestID &+= 1
        return latestID
    }

    /// Counts one more in, or says why not.
    mutating func add(_ waiter: Waiter, _ id: UInt64) -> Refusal? {
        guard waiters.count < limits.followers else { return .tooMany }
        if let address = waiter.address {
            let waiting = perAddress[address, default: 0]
            guard waiting < limits.followersPerAddress else { return .tooManyFromAddress }
            perAddress[address] = waiting + 1
        }
        waiters[id] = waiter
        return nil
    }

    mutating func remove(_ id: UInt64) -> Waiter? {
        guard let waiter = waiters.removeValue(forKey: id) else { return nil }
        if let address = waiter.address, let waiting = perAddress[address] {
            perAddress[address] = waiting > 1 ? waiting - 1 : nil
        }
        return waiter
    }

    mutating func removeAll(where isMeant: (Waiter) -> Bool) -> [Waiter] {
        waiters.filter { isMeant($0.value) }.keys.compactMap { remove($0) }
    }
}
