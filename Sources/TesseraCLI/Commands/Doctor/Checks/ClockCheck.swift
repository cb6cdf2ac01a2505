import TesseraCore

/// Whether the server's clock is this machine's; tokens live by it.
struct ClockCheck: DoctorCheck {
    static let name = "clock"

    func findings(_ patient: Patient) -> [Finding] {
        guard let page = patient.metadata else { return [] }
        guard let text = page.headers["date"], let date = Self.seconds(text) else {
            return [.note(name, "the answers have no Date: the server's clock cannot be compared")]
        }
        // The header's seconds are cut off, and the answer took its time.
        let middle = page.askedAt.milliseconds / 2 + page.answeredAt.milliseconds / 2
        let uncertainty = 1_000 + page.answeredAt.milliseconds(since: page.askedAt)
        let difference = date * 1000 + 500 - middle
        guard abs(difference) > uncertainty + 2_000 else { return [.ok(name, "the server's clock is this machine's")] }
        let seconds = abs(difference) / 1000
        let message = "the server's clock is \(seconds) s \(difference > 0 ? "ahead of" : "behind") this machine's"
        let mend = "timedatectl set-ntp true  # on the one that is wrong"
        return [seconds >= 30 ? .fault(name, message, mend: mend) : .warning(name, message, mend: mend)]
    }

    /// Reads `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 §5.6.7).
    static func seconds(_ text: String) -> Int64? {
        let words = text.split(whereSeparator: { $0 == " " || $0 == ":" })
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        guard words.count == 8, words[7] == "GMT", let month = months.firstIndex(of: String(words[2])) else {
            return nil
        }
        let date = "\(words[3])-\(month < 9 ? "0" : "")\(month + 1)-\(words[1])"
        return Timestamp(rfc3339: "\(date)T\(words[4]):\(words[5]):\(words[6])Z")?.seconds
    }
}
