/// How many guesses one counter bears before delays begin, how fast it forgets, and how long a delay may grow.
struct GuessRule: Sendable {
    /// Wrong guesses before the first delay.
    let limit: Int
    /// Milliseconds after which one guess is forgotten.
    let leak: Int64
    /// Milliseconds of the longest delay.
    let longestDelay: Int64

    /// Milliseconds to wait after the last wrong guess: a second at the limit, then twice as long each time.
    func delay(after settled: Int) -> Int64 {
        guard settled >= limit else { return 0 }
        let doublings = settled - limit
        return doublings < 20 ? min(longestDelay, 1000 << Int64(doublings)) : longestDelay
    }

    /// The most guesses that are remembered: a few beyond the longest delay, so that an attack is forgotten in hours.
    var mostRemembered: Int { limit + 12 }
}

/// A count of guesses that leaks away with time.
///
/// It is kept as the moment at which all is forgotten (each guess moves it by the rule's leak): no timer has to run.
struct GuessCounter: Sendable {
    private var forgottenAt: Int64 = 0
    /// When the delay after the last wrong guess ends.
    ///
    /// Fixed when the guess proved wrong: a promised time does not move.
    private var delayedUntil = Int64.min
    /// Guesses that are counted and not yet known to be wrong or right.
    private(set) var inFlight = 0

    enum Verdict: Sendable, Equatable {
        case allowed
        /// Milliseconds.
        case delayed(Int64)
        /// Guesses in flight decide whether another is allowed.
        case busy
    }

    /// Counted guesses that have proved wrong.
    func settled(at now: Int64, _ rule: GuessRule) -> Int {
        // A guess begun counts as one until it has leaked away wholly. The second taken off is for parallel requests,
        // which read the clock in one order and come here in another.
        let remembered = (max(0, forgottenAt - now - 1000) + rule.leak - 1) / rule.leak
        return max(0, Int(remembered) - inFlight)
    }

    /// Whether another guess may begin.
    ///
    /// Those in flight count as wrong until they have proved right, so that many at once are worth no more than as many
    /// one after another.
    func verdict(at now: Int64, _ rule: GuessRule) -> Verdict {
        if let wait = wait(at: now) { return .delayed(wait) }
        if inFlight == 0 { return .allowed }
        return settled(at: now, rule) + inFlight < rule.limit ? .allowed : .busy
    }

    /// Milliseconds until the delay after the last wrong guess is over; nil when it is.
    func wait(at now: Int64) -> Int64? {
        delayedUntil > now ? delayedUntil - now : nil
    }

    /// Counts a guess before it is made; returns what a refund gives back.
    mutating func begin(at now: Int64, _ rule: GuessRule) -> Int64 {
        let before = max(forgottenAt, now)
        forgottenAt = max(before, min(before + rule.leak, now + Int64(rule.mostRemembered) * rule.leak))
        inFlight += 1
        return forgottenAt - before
    }

    /// A guess proved wrong.
    mutating func failed(begunAt: Int64, _ rule: GuessRule) {
        inFlight = max(0, inFlight - 1)
        let delay = rule.delay(after: settled(at: begunAt, rule))
        if delay > 0 { delayedUntil = max(delayedUntil, begunAt + delay) }
    }

    /// A guess proved right, or was never made.
    mutating func refund(_ amount: Int64) {
        inFlight = max(0, inFlight - 1)
        forgottenAt -= amount
    }

    /// What is lost when the counter is: the table keeps the largest.
    func weight(at now: Int64) -> Int64 {
        inFlight > 0 ? .max : max(0, forgottenAt - now)
    }
}
