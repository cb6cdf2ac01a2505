/// Which of the things that anyone can cause are worth a row.
///
/// A wrong password is none: a durable write for each guess would let a stranger fill the disk and occupy the one that
/// writes. It is counted (`tessera_logins_total`) and slows the next guess. A row tells once an hour that an account's
/// guesses are being delayed, or that a disabled account's password is known to somebody; and whoever plays with many
/// accounts gets no more than some rows a minute.
struct AuditNotices: Sendable {
    private static let interval: Int64 = 3_600_000
    private static let perMinute = 12

    private var told = BoundedTable<Int64>(capacity: 4096)
    private var minute: Int64 = .min
    private var spent = 0

    /// Whether this was not told within the hour; it counts as told from now on.
    mutating func admits(_ kind: AuditEvent.Kind, about subject: String, at now: Int64) -> Bool {
        var hasher = Hasher()
        hasher.combine(kind)
        hasher.combine(subject)
        let key = UInt64(bitPattern: Int64(hasher.finalize()))
        if let last = told[key], now &- last < Self.interval { return false }
        told.upsert(key, new: now, weight: { $0 }, { $0 = now })
        return true
    }

    /// Takes one of this minute's rows; false where there is none left.
    mutating func spend(at now: Int64) -> Bool {
        if now / 60_000 != minute { (minute, spent) = (now / 60_000, 0) }
        spent += 1
        return spent <= Self.perMinute
    }
}
