internal import Crypto

extension SQLConnection {
    /// Keeps names and e-mail addresses from being given away twice at the same moment, until the transaction ends: no
    /// index can hold that what is one account's name is not another's address.
    ///
    /// On the embedded engine only one transaction writes at a time.
    func lockNames(_ names: [String?]) throws(SQLFailure) {
        guard let statement = dialect.lockByNumber else { return }
        // In one order, so that two transactions never wait for each other.
        let numbers = Set(names.compactMap(\.self).map(Self.number(of:))).sorted()
        for number in numbers { try execute(statement, [.integer(number)]) }
    }

    private static func number(of name: String) -> Int64 {
        SHA256.hash(data: Array("tessera/name/\(name)".utf8)).prefix(8).reduce(0) { ($0 << 8) | Int64($1) }
    }
}
