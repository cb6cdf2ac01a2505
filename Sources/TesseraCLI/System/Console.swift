#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The two streams a command speaks on: results to one, words for a person to the other.
enum Console {
    /// Writes a result, and a line feed, to standard output.
    static func result(_ text: String) throws(CommandFailure) {
        try write(Array((text + "\n").utf8))
    }

    /// Writes bytes of a result to standard output.
    static func write(_ bytes: [UInt8]) throws(CommandFailure) {
        do throws(SystemError) {
            try systemWrite(STDOUT_FILENO, bytes)
        } catch {
            // Nobody reads on (`| head`): there is nothing left to say, and nobody to say it to.
            throw error.number == EPIPE
                ? .failed("") : .failed("Standard output cannot be written: \(error.description).")
        }
    }

    /// Says something to the person at the keyboard, on standard error.
    static func say(_ text: String) {
        // Where standard error is gone there is no better place to complain.
        try? systemWrite(STDERR_FILENO, Array((text + "\n").utf8))
    }

    /// Writes over the line that the cursor stands on, on a terminal's standard error.
    static func overwrite(_ text: String) {
        try? systemWrite(STDERR_FILENO, Array("\r\u{1B}[K\(text)".utf8))
    }

    /// Warns on standard error, with the program's name.
    static func warn(_ text: String) {
        say("tessera: warning: \(text)")
    }

    /// Whether a terminal reads what is written to this descriptor.
    static func isTerminal(_ descriptor: Int32) -> Bool {
        isatty(descriptor) == 1
    }

    /// Whether standard error may be coloured: a terminal that is not dumb, and no `NO_COLOR` (https://no-color.org).
    static func mayColour(terminal: Bool, environment: [String: String]) -> Bool {
        terminal && (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
    }
}
