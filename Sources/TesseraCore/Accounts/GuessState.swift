/// All counters of the throttle, and the rules between them.
///
/// A guess is counted for the subject from this prefix, for the subject from everywhere, and for the prefixes. All of
/// them can delay it, with two exceptions that keep an attacker from delaying the owner:
///
/// - a prefix from which the subject has logged in before answers only for its own guesses at it;
/// - when the subject is under attack from elsewhere, an unknown prefix gets an *appointment* at most 30 s away, and is
///   let in then whatever the others have done meanwhile. With one shared delay the fastest would take every turn.
struct GuessState: Sendable {
    /// One counter that a guess was counted in, and what to give back.
    struct Mark: Sendable {
        enum Table: Sendable { case pair, subject, prefixGuesses, prefixSubjects }
        let table: Table
        let key: UInt64
        let amount: Int64
        let rule: GuessRule
    }

    /// The keys of a guess.
    struct Keys: Sendable {
        let subject: UInt64
        let pair: UInt64
        /// The narrow prefix, and for IPv6 the wide one.
        let prefixes: [(key: UInt64, isWide: Bool)]

        init(_ subject: GuessSubject, _ address: ClientAddress) {
            self.subject = subject.key
            let narrow = address.prefix(address.family == .ipv6 ? 64 : address.bitCount)
            var hasher = Hasher()
            hasher.combine(self.subject)
            hasher.combine(narrow)
            pair = UInt64(bitPattern: Int64(hasher.finalize()))
            let wide = address.family == .ipv6 ? [address.prefix(48)] : []
            prefixes = [(Self.key(narrow), false)] + wide.map { (Self.key($0), true) }
        }

        private static func key(_ prefix: AddressPrefix) -> UInt64 {
            UInt64(bitPattern: Int64(prefix.hashValue))
        }
    }

    enum Decision {
        case allowed([Mark])
        /// Milliseconds.
        case delayed(Int64)
        /// Wait until a guess in flight of this key has proved right or wrong.
        case busy(UInt64)
    }

    /// How long an appointment is kept: it must not be hoarded.
    private static let appointmentLasts: Int64 = 120_000

    let limits: GuessLimits
    var pairs: BoundedTable<PairRecord>
    var subjects: BoundedTable<GuessCounter>
    var prefixes: BoundedTable<PrefixRecord>
    var known: BoundedTable<KnownPrefixes>

    init(limits: GuessLimits, capacity: Int) {
        self.limits = limits
        pairs = BoundedTable(capacity: capacity)
        subjects = BoundedTable(capacity: capacity)
        prefixes = BoundedTable(capacity: capacity)
        known = BoundedTable(capacity: capacity)
    }

    /// Allows and counts the guess, or neither.
    mutating func begin(_ keys: Keys, at now: Int64) -> Decision {
        var wait: Int64 = 0
        var busy: UInt64?
        func weigh(_ verdict: GuessCounter.Verdict?, _ key: UInt64) {
            switch verdict {
            case .delayed(let delay): wait = max(wait, delay)
            case .busy: busy = busy ?? key
            case .allowed, nil: break
            }
        }
        weigh(pairs[keys.pair]?.counter.verdict(at: now, limits.pair), keys.pair)
        if known[keys.subject]?.contains(keys.pair) != true {
            for (key, isWide) in keys.prefixes {
                guard let record = prefixes[key] else { continue }
                weigh(record.guesses.verdict(at: now, isWide ? limits.wide : limits.narrow), key)
                if !record.hasTried(keys.subject) {
                    weigh(record.subjects.verdict(at: now, isWide ? limits.subjectsOfWide : limits.subjects), key)
                }
            }
            // An appointment is made only for a guess that nothing else delays.
            if wait == 0 { weigh(verdictOfSubject(keys, at: now), keys.subject) }
        }
        if wait > 0 { return .delayed(wait) }
        if let busy { return .busy(busy) }
        return .allowed(count(keys, at: now))
    }

    /// What the guesses from everywhere mean for this prefix.
    private mutating func verdictOfSubject(_ keys: Keys, at now: Int64) -> GuessCounter.Verdict {
        guard let counter = subjects[keys.subject] else { return .allowed }
        let settled = counter.settled(at: now, limits.subject)
        guard settled >= limits.subject.limit else { return counter.verdict(at: now, limits.subject) }
        let appointment = pairs[keys.pair]?.appointment
        if let appointment, now < appointment + Self.appointmentLasts {
            return now >= appointment ? .allowed : .delayed(appointment - now)
        }
        let wait = counter.wait(at: now)
        if wait == nil, counter.inFlight == 0 { return .allowed }
        let delay = wait ?? limits.subject.delay(after: settled)
        pairs.upsert(keys.pair, new: PairRecord(), weight: { $0.counter.weight(at: now) }) { record in
            record.appointment = now + delay
        }
        return .delayed(delay)
    }

    private mutating func count(_ keys: Keys, at now: Int64) -> [Mark] {
        var marks: [Mark] = []
        marks.reserveCapacity(6)
        let pair = pairs.upsert(keys.pair, new: PairRecord(), weight: { $0.counter.weight(at: now) }) { record in
            record.appointment = nil
            return record.counter.begin(at: now, limits.pair)
        }
        marks.append(Mark(table: .pair, key: keys.pair, amount: pair, rule: limits.pair))
        let subject = subjects.upsert(keys.subject, new: GuessCounter(), weight: { $0.weight(at: now) }) { counter in
            counter.begin(at: now, limits.subject)
        }
        marks.append(Mark(table: .subject, key: keys.subject, amount: subject, rule: limits.subject))
        for (key, isWide) in keys.prefixes {
            prefixes.upsert(key, new: PrefixRecord(), weight: { $0.weight(at: now) }) { record in
                let ofGuesses = isWide ? limits.wide : limits.narrow
                let guess = record.guesses.begin(at: now, ofGuesses)
                marks.append(Mark(table: .prefixGuesses, key: key, amount: guess, rule: ofGuesses))
                guard !record.hasTried(keys.subject) else { return }
                record.remember(keys.subject)
                let ofSubjects = isWide ? limits.subjectsOfWide : limits.subjects
                let subject = record.subjects.begin(at: now, ofSubjects)
                marks.append(Mark(table: .prefixSubjects, key: key, amount: subject, rule: ofSubjects))
            }
        }
        return marks
    }

    /// Settles a guess: a wrong one stays counted, any other is given back.
    mutating func settle(_ marks: [Mark], subject: UInt64, begunAt: Int64, isWrong: Bool) {
        func settle(_ counter: inout GuessCounter, _ mark: Mark) {
            if isWrong {
                counter.failed(begunAt: begunAt, mark.rule)
            } else {
                counter.refund(mark.amount)
            }
        }
        for mark in marks {
            switch mark.table {
            case .pair: _ = pairs.update(mark.key) { settle(&$0.counter, mark) }
            case .subject: _ = subjects.update(mark.key) { settle(&$0, mark) }
            case .prefixGuesses: _ = prefixes.update(mark.key) { settle(&$0.guesses, mark) }
            case .prefixSubjects:
                _ = prefixes.update(mark.key) { record in
                    settle(&record.subjects, mark)
                    if !isWrong { record.forget(subject) }
                }
            }
        }
    }

    /// Whether any guess counted under the key has not ended.
    func isInFlight(_ key: UInt64) -> Bool {
        if let record = prefixes[key] { return record.guesses.inFlight > 0 || record.subjects.inFlight > 0 }
        return (pairs[key]?.counter.inFlight ?? 0) > 0 || (subjects[key]?.inFlight ?? 0) > 0
    }

    /// Remembers that the owner has been at this prefix.
    mutating func recognise(_ keys: Keys, at now: Int64) {
        known.upsert(keys.subject, new: KnownPrefixes(), weight: { $0.weight }) { $0.remember(keys.pair, at: now) }
    }
}
