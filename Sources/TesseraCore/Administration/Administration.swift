/// What an operator can ask of a server: in process, over its Unix socket, or under `/admin`.
public protocol Administration: Sendable {
    /// Carries out one command.
    func perform<Command: AdministrationCommand>(
        _ command: Command
    ) async throws(AdministrationError) -> Command.Reply
}

/// One thing an operator can ask, with its answer.
///
/// A new command is one such type, listed in `AdministrationCatalogue`.
public protocol AdministrationCommand: Codable, Sendable {
    /// What the server answers.
    associatedtype Reply: Codable & Sendable
    /// The name it travels under.
    static var name: String { get }
    /// How long whoever asks waits for the answer.
    static var patience: Duration { get }
    /// Carries it out.
    func run(in domain: Domain) async throws(AdministrationError) -> Reply
}

extension AdministrationCommand {
    /// A minute: longer than most commands take, and a server that hangs must not hang its operator too.
    public static var patience: Duration { .seconds(60) }
}

/// Why a command was not carried out.
public struct AdministrationError: Error, Codable, Sendable, Hashable {
    /// What a caller decides by.
    public enum Code: String, Codable, Sendable {
        /// There is no such account, client, session or key.
        case notFound = "not_found"
        /// The name is in use.
        case taken
        /// A value is refused.
        case invalid
        /// The database does not answer, or the server is too busy.
        case unavailable
    }

    /// The code.
    public let code: Code
    /// A sentence for a person: the fault and the mend.
    public let message: String

    /// Makes an error.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}

/// The commands, carried out in this process.
public struct LocalAdministration: Administration {
    private let domain: Domain

    /// Makes the local side over the domain.
    ///
    /// - Parameters:
    ///   - domain: Where the commands are carried out.
    ///   - author: Whom the audit trail names for them; an app that has the server in it names itself.
    public init(_ domain: Domain, by author: Author = .commandLine) {
        var domain = domain
        domain.author = author
        self.domain = domain
    }

    /// Carries out one command.
    public func perform<Command: AdministrationCommand>(
        _ command: Command
    ) async throws(AdministrationError) -> Command.Reply {
        try await command.run(in: domain)
    }
}

extension AdministrationError {
    init(_ error: StorageError, notFound: String = "There is no such thing.", taken: String = "The name is in use.") {
        switch error.code {
        case .notFound: self.init(.notFound, notFound)
        case .taken: self.init(.taken, taken)
        case .unavailable, .corrupt: self.init(.unavailable, "The database failed: \(error.reason)")
        }
    }

    init(_ refusal: AccountService.Refusal, username: String) {
        switch refusal {
        case .taken: self.init(.taken, "The user name “\(username)” or the e-mail address is in use.")
        case .invalid(_, let reason): self.init(.invalid, reason)
        case .unavailable(let reason, _):
            self.init(.unavailable, "The server is too busy or its database failed: \(reason)")
        case .signedOut, .noSession: self.init(.notFound, "There is no user “\(username)”.")
        case .registrationClosed, .wrongPassword, .throttled, .registeringTooFast: self.init(.invalid, "Not allowed.")
        }
    }
}

/// Runs storage operations, turning their errors into a command's.
func administering<T>(
    notFound: String = "There is no such thing.",
    taken: String = "The name is in use.",
    _ body: () async throws(StorageError) -> T
) async throws(AdministrationError) -> T {
    do {
        return try await body()
    } catch {
        throw AdministrationError(error, notFound: notFound, taken: taken)
    }
}
