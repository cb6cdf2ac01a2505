/// How many wrong guesses are free before delays begin.
public struct GuessLimits: Sendable, Hashable {
    /// For one account: `login_attempts_per_account`.
    public let perAccount: Int
    /// For one IPv4 address or IPv6 /64: `login_attempts_per_address`; a /48 has four times as many.
    public let perAddress: Int
    /// For different accounts tried from one address; a third of `perAddress`, at least 10.
    public let accountsPerAddress: Int

    /// Limits; values below 1 count as 1.
    ///
    /// - Parameters:
    ///   - perAccount: Wrong guesses at one account.
    ///   - perAddress: Wrong guesses from one address, at any account.
    public init(perAccount: Int = 10, perAddress: Int = 100) {
        self.perAccount = min(max(perAccount, 1), 1_000_000)
        self.perAddress = min(max(perAddress, 1), 1_000_000)
        accountsPerAddress = max(10, self.perAddress / 3)
    }

    private static let minute: Int64 = 60_000

    /// A subject from one prefix.
    var pair: GuessRule { GuessRule(limit: perAccount, leak: 30 * Self.minute, longestDelay: 15 * Self.minute) }
    /// A subject from everywhere: a longer delay would let an attacker lock the owner out.
    var subject: GuessRule { GuessRule(limit: perAccount, leak: 30 * Self.minute, longestDelay: Self.minute / 2) }
    /// An IPv4 address or an IPv6 /64.
    var narrow: GuessRule { GuessRule(limit: perAddress, leak: 3 * Self.minute, longestDelay: 15 * Self.minute) }
    /// An IPv6 /48.
    var wide: GuessRule { GuessRule(limit: perAddress * 4, leak: Self.minute, longestDelay: 15 * Self.minute) }
    /// Different subjects from one prefix.
    var subjects: GuessRule {
        GuessRule(limit: accountsPerAddress, leak: 10 * Self.minute, longestDelay: 15 * Self.minute)
    }
    /// Different subjects from a /48.
    var subjectsOfWide: GuessRule {
        GuessRule(limit: accountsPerAddress * 4, leak: 3 * Self.minute, longestDelay: 15 * Self.minute)
    }
}
