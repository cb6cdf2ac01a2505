/// Why a command did not do what it was asked, with the exit status that says so.
struct CommandFailure: Error, Equatable {
    /// What a script may conclude from the exit status.
    enum Status: Int32 {
        /// The answer is "no": an invalid token, an unknown user.
        case no = 1
        /// Wrong usage or configuration.
        case usage = 2
        /// It could not be done: input, output, database.
        case failed = 3
    }

    let status: Status
    /// One sentence or more for a person; empty when everything was said already.
    let message: String

    init(_ status: Status, _ message: String) {
        self.status = status
        self.message = message
    }

    static func no(_ message: String) -> CommandFailure { CommandFailure(.no, message) }
    static func usage(_ message: String) -> CommandFailure { CommandFailure(.usage, message) }
    static func failed(_ message: String) -> CommandFailure { CommandFailure(.failed, message) }
}
