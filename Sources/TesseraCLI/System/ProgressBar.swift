import Synchronization

/// How far something has got: a bar that moves on a terminal, and elsewhere a line at each tenth.
final class ProgressBar: Sendable {
    private static let width = 30

    private let isTerminal = Console.isTerminal(2)
    /// Guards what was shown last.
    private let shown = Mutex("")

    /// Shows what is being done and how much of it is.
    func show(_ work: String, _ done: Int64, of total: Int64) {
        let part = total > 0 ? min(1, Double(done) / Double(total)) : 1
        let percent = Int(part * 100)
        let text: String
        if isTerminal {
            let filled = Int(part * Double(Self.width))
            let bar = String(repeating: "#", count: filled) + String(repeating: "-", count: Self.width - filled)
            text = "[\(bar)] \(percent) % \(work)"
        } else {
            text = "\(work.prefix { $0 != " " }) \(percent / 10 * 10) %"
        }
        let isNews = shown.withLock { shown in
            defer { shown = text }
            return shown != text
        }
        guard isNews else { return }
        if isTerminal { Console.overwrite(text) } else { Console.say(text) }
    }

    /// Leaves the bar's line.
    func finish() {
        if isTerminal, shown.withLock({ !$0.isEmpty }) { Console.say("") }
    }
}
