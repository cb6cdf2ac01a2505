/// What is remembered of a subject and an address prefix together.
struct PairRecord: Sendable {
    var counter = GuessCounter()
    /// From when on this prefix is let in although the whole account is under attack; see ``GuessState``.
    var appointment: Int64?
}

/// What is remembered of an address prefix.
struct PrefixRecord: Sendable {
    var guesses = GuessCounter()
    /// Guesses each at a subject that the prefix had not tried lately.
    var subjects = GuessCounter()
    /// The subjects tried lately, in a ring.
    private var recent: [UInt32] = []
    private var next = 0

    private static let remembered = 32

    /// Whether the subject is one of those tried lately.
    func hasTried(_ subject: UInt64) -> Bool {
        recent.contains(UInt32(truncatingIfNeeded: subject))
    }

    /// Remembers the subject in the place of the oldest.
    mutating func remember(_ subject: UInt64) {
        let mark = UInt32(truncatingIfNeeded: subject)
        if recent.count < Self.remembered {
            recent.append(mark)
        } else {
            recent[next] = mark
            next = (next + 1) % Self.remembered
        }
    }

    /// Forgets the subject: the guess was right, so it was none.
    mutating func forget(_ subject: UInt64) {
        let mark = UInt32(truncatingIfNeeded: subject)
        recent.removeAll { $0 == mark }
        next = 0
    }

    func weight(at now: Int64) -> Int64 {
        max(guesses.weight(at: now), subjects.weight(at: now))
    }
}

/// The prefixes from which somebody has succeeded as a subject, the latest few.
struct KnownPrefixes: Sendable {
    private static let remembered = 8
    private var prefixes: [(pair: UInt64, at: Int64)] = []

    func contains(_ pair: UInt64) -> Bool {
        prefixes.contains { $0.pair == pair }
    }

    mutating func remember(_ pair: UInt64, at now: Int64) {
        prefixes.removeAll { $0.pair == pair }
        if prefixes.count == Self.remembered { prefixes.removeFirst() }
        prefixes.append((pair, now))
    }

    /// The more recent the latest success, the weightier.
    var weight: Int64 { prefixes.last?.at ?? .min }
}
