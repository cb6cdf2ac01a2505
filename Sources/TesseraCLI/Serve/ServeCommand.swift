import ArgumentParser
import Logging

/// `tessera serve`: the server.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Start the server.",
        discussion: """
            Without any configuration it listens on 127.0.0.1:8080 and keeps its data in ./tessera-data. The first start \
            makes the keys and the administrator "admin", and says where the first password is. SIGTERM stops it \
            gracefully, a second one at once.

            Example:
              tessera serve --listen 127.0.0.1:9090 --issuer http://127.0.0.1:9090
            """
    )

    @Flag(help: "Believe the machine's clock although the data has seen a later time.")
    var acceptClock = false

    @OptionGroup var options: ConfigurationOptions

    func run() async throws {
        // Once there is a log, warnings belong there.
        let configuration = try ServerConfiguration.current(
            flags: options.flags,
            file: options.data.config,
            warn: { _ in }
        )
        let terminal = Console.isTerminal(2)
        LogSetup.bootstrap(
            format: configuration.logFormat,
            level: configuration.logLevel,
            colour: Console.mayColour(terminal: terminal, environment: ServerConfiguration.environment)
        )
        try await Server(configuration, terminal: terminal, acceptsClock: acceptClock).run()
    }
}
