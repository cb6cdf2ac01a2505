internal import Crypto

/// Locks on what no row stands for, held until the transaction ends.
///
/// On the embedded engine only one transaction writes at a time, and there is nothing to lock.
extension SQLConnection {
    /// Keeps names and e-mail addresses from being given away twice at the same moment: no index can hold that what is one
    /// account's name is not another's address.
    func lockNames(_ names: [String?]) throws(SQLFailure) {
        // In one order, so that two transactions never wait for each other.
        let numbers = Set(names.compactMap(\.self).map { Self.number(of: "tessera/name/\($0)") }).sorted()
        for number in numbers { try lock(number) }
    }

    /// Waits until no other transaction has the lock of this name.
    func lock(_ name: String) throws(SQLFailure) { try lock(Self.number(of: name)) }

    private func lock(_ number: Int64) throws(SQLFailure) {
        if let statement = dialect.lockByNumber { try execute(statement, [.integer(number)]) }
    }

    private static func number(of name: String) -> Int64 {
        SHA256.hash(data: Array(name.utf8)).prefix(8).reduce(0) { ($0 << 8) | Int64($1) }
    }
}
