internal import Synchronization

/// Slows down the guessing of passwords and secrets, and never locks anybody out.
///
/// A guess is counted before anything is hashed, and given back if it was right: many at once cost as many, and correct
/// log-ins cost nothing. After some free guesses each wrong one makes the next wait, a second, two, four, up to 15
/// minutes; the counts leak away with time. What is counted, and how the owner gets past an attacker, tells
/// ``GuessState``. The counts live in this process: with several nodes each has its own.
///
/// ```swift
/// switch await throttle.begin(.account(name), from: address, now: clock.milliseconds) {
/// case .delayed(let seconds): // 429 with Retry-After
/// case .allowed(let ticket):
///     if await isRight() { throttle.succeeded(ticket) } else { throttle.failed(ticket) }
/// }
/// ```
public final class GuessThrottle: Sendable {
    /// Whether a guess may be made.
    public enum Admission: Sendable {
        /// It may, and has been counted.
        case allowed(GuessTicket)
        /// It may not yet; nothing was counted.
        case delayed(retryAfterSeconds: Int)
    }

    private struct Guarded {
        var state: GuessState
        /// Guesses that wait for others in flight, by the key these were counted under.
        var waiting: [UInt64: [CheckedContinuation<Void, Never>]] = [:]
        var waitingCount = 0
    }

    private enum Step {
        case done(Admission)
        case wait(UInt64)
    }

    private static let mostWaiting = 4096

    /// Guards every counter; held for microseconds.
    private let guarded: Mutex<Guarded>

    /// A throttle without a memory of anything.
    ///
    /// - Parameters:
    ///   - limits: The free guesses.
    ///   - capacity: How many accounts, addresses and pairs of them are remembered, each.
    public init(limits: GuessLimits = GuessLimits(), capacity: Int = 65_536) {
        guarded = Mutex(Guarded(state: GuessState(limits: limits, capacity: capacity)))
    }

    /// Counts a guess, or says how long to wait.
    ///
    /// When guesses in flight decide whether another is allowed, this waits for them, so that parallel correct log-ins
    /// all pass and parallel wrong ones are worth no more than as many in a row.
    ///
    /// - Parameters:
    ///   - subject: Whose secret is tried.
    ///   - address: Where the try comes from.
    ///   - now: Milliseconds on a monotonic clock that begins anywhere.
    /// - Returns: A ticket to settle, or the delay.
    public func begin(_ subject: GuessSubject, from address: ClientAddress, now: Int64) async -> Admission {
        let keys = GuessState.Keys(subject, address)
        while true {
            switch step(keys, now) {
            case .done(let admission): return admission
            case .wait(let key): await waitForSettling(keys, key, now)
            }
        }
    }

    /// The guess was right: it is given back, and the address is known for this subject from now on.
    public func succeeded(_ ticket: GuessTicket) {
        settle(ticket, isWrong: false, isOwner: true)
    }

    /// The guess was wrong.
    public func failed(_ ticket: GuessTicket) {
        settle(ticket, isWrong: true, isOwner: false)
    }

    /// The guess was never made (the hashing queue was full, the store was down): it is given back.
    public func withdrawn(_ ticket: GuessTicket) {
        settle(ticket, isWrong: false, isOwner: false)
    }

    /// How many records there are in all tables together, for a metric.
    public var recordCount: Int {
        guarded.withLock { guarded in
            let state = guarded.state
            return state.pairs.count + state.subjects.count + state.prefixes.count + state.known.count
        }
    }

    private func step(_ keys: GuessState.Keys, _ now: Int64) -> Step {
        let decision = guarded.withLock { $0.state.begin(keys, at: now) }
        switch decision {
        case .allowed(let marks):
            return .done(.allowed(GuessTicket(keys: keys, marks: marks, begunAt: now, throttle: self)))
        case .delayed(let milliseconds):
            return .done(.delayed(retryAfterSeconds: Int((milliseconds + 999) / 1000)))
        case .busy(let key):
            let isRoom = guarded.withLock { $0.waitingCount < Self.mostWaiting }
            return isRoom ? .wait(key) : .done(.delayed(retryAfterSeconds: 1))
        }
    }

    private func waitForSettling(_ keys: GuessState.Keys, _ key: UInt64, _ now: Int64) async {
        await withCheckedContinuation { continuation in
            // Those in flight may have ended between the look and here: look again under the lock that adds the waiter.
            let isWaiting = guarded.withLock { guarded in
                guard guarded.state.isInFlight(key) else { return false }
                guarded.waiting[key, default: []].append(continuation)
                guarded.waitingCount += 1
                return true
            }
            if !isWaiting { continuation.resume() }
        }
    }

    private func settle(_ ticket: GuessTicket, isWrong: Bool, isOwner: Bool) {
        guard ticket.close() else { return }
        let woken = guarded.withLock { guarded in
            guarded.state.settle(
                ticket.marks,
                subject: ticket.keys.subject,
                begunAt: ticket.begunAt,
                isWrong: isWrong
            )
            if isOwner { guarded.state.recognise(ticket.keys, at: ticket.begunAt) }
            guard guarded.waitingCount > 0 else { return [CheckedContinuation<Void, Never>]() }
            let woken = ticket.marks.flatMap { guarded.waiting.removeValue(forKey: $0.key) ?? [] }
            guarded.waitingCount -= woken.count
            return woken
        }
        for continuation in woken {
            continuation.resume()
        }
    }
}
