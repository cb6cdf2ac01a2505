#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A moment in UTC, to the millisecond.
struct CivilTime: Sendable {
    private let seconds: Int64
    private let milliseconds: Int64

    init(seconds: Int64, milliseconds: Int64 = 0) {
        self.seconds = seconds
        self.milliseconds = milliseconds
    }

    /// This moment.
    static var now: CivilTime {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return CivilTime(seconds: Int64(time.tv_sec), milliseconds: Int64(time.tv_nsec) / 1_000_000)
    }

    /// Milliseconds since 1970, now.
    static var milliseconds: Int64 {
        let moment = now
        return moment.seconds * 1000 + moment.milliseconds
    }

    /// RFC 3339: `2026-11-24T16:00:00.123Z`.
    var dateAndTime: String { "\(date)T\(time).\(Self.padded(milliseconds, to: 3))Z" }

    /// RFC 3339 without fractions, for tables.
    var dateAndSeconds: String { "\(date)T\(time)Z" }

    /// `16:00:00.123`, for a person who knows the day.
    var timeOfDay: String { "\(time).\(Self.padded(milliseconds, to: 3))" }

    private var secondOfDay: Int64 { seconds - day * 86_400 }
    private var day: Int64 { seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400 }

    private var time: String {
        [secondOfDay / 3_600, secondOfDay / 60 % 60, secondOfDay % 60].map { Self.padded($0, to: 2) }
            .joined(separator: ":")
    }

    /// The civil date, by counting in years that begin in March, so that the leap day comes last.
    private var date: String {
        let shifted = day + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let dayOfMonth = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return "\(Self.padded(year, to: 4))-\(Self.padded(month, to: 2))-\(Self.padded(dayOfMonth, to: 2))"
    }

    private static func padded(_ number: Int64, to width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}
