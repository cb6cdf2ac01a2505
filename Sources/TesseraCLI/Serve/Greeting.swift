import Logging
import Synchronization
import TesseraCore

/// What a start says once the server listens.
final class Greeting: Sendable {
    private let configuration: ServerConfiguration
    private let directory: DataDirectory
    private let administrator: InitialAdministrator?
    private let terminal: Bool
    private let logger: Logger
    private let isIntroduced = Atomic(false)

    init(
        _ configuration: ServerConfiguration,
        _ directory: DataDirectory,
        _ administrator: InitialAdministrator?,
        terminal: Bool,
        logger: Logger
    ) {
        self.configuration = configuration
        self.directory = directory
        self.administrator = administrator
        self.terminal = terminal
        self.logger = logger
    }

    /// Says that the server listens, and at the very first start how to log in.
    func listening(on address: ListenAddress) {
        if PrivateFile.exists(directory.initialPassword) {
            logger.notice(
                "the first password of \"\(InitialAdministrator.username)\" is in a file, until it is changed",
                metadata: ["path": "\(DataDirectory.absolute(directory.initialPassword))"]
            )
        }
        logger.info(
            "listening",
            metadata: [
                "address": "\(address.description)", "issuer": "\(configuration.issuer)",
                "data": "\(dataPlace)",
            ]
        )
        warnOfOtherPort(address)
        introduceAdministrator(at: address)
    }

    private var dataPlace: String {
        switch configuration.database {
        case .sqlite: DataDirectory.absolute(directory.path)
        case .postgreSQL: configuration.database.place
        }
    }

    /// Says how to log in for the first time, once.
    func introduceAdministrator(at address: ListenAddress) {
        guard let administrator, !isIntroduced.exchange(true, ordering: .relaxed) else { return }
        let trial = administrator.trial(
            at: configuration.base(at: address),
            certificate: configuration.tlsCertificate,
            host: configuration.nearbyHost
        )
        guard configuration.logFormat == .text || terminal else {
            logger.notice(
                "made the administrator \"\(InitialAdministrator.username)\"",
                metadata: ["try": .array(trial.map { .string($0) })]
            )
            return
        }
        Console.say(Self.text(administrator, trial))
    }

    /// The issuer's default stays as it is wherever the server listens: tokens name it, and it must not change by itself.
    private func warnOfOtherPort(_ address: ListenAddress) {
        let isDefault = configuration.entries.first { $0.key == .issuer }?.source == "default"
        guard isDefault, WebAddress(configuration.issuer)?.port != address.port else { return }
        logger.warning(
            "tokens and metadata name the default issuer, which is another address: set issuer",
            metadata: ["issuer": "\(configuration.issuer)", "address": "\(address.description)"]
        )
    }

    private static func text(_ administrator: InitialAdministrator, _ trial: [String]) -> String {
        let password =
            switch administrator.whereabouts {
            case .terminal(let password): "is \(password) (shown this once)"
            case .file(let path): "is in \(path)"
            }
        return """

            This is the first start. The administrator is "\(InitialAdministrator.username)"; the password \(password).
            Try in another terminal:

            \(trial.map { "  " + $0 }.joined(separator: "\n"))

            """
    }
}
