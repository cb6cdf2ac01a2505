import Logging
import Metrics
import NIOCore
import ServiceLifecycle
import Synchronization
import TesseraCore
import TesseraHTTP
import TesseraSQL

/// Puts the pieces together and runs them until a signal comes.
struct Server {
    private let configuration: ServerConfiguration
    private let terminal: Bool
    private let acceptsClock: Bool
    private let logger = Logger(label: "tessera")

    /// How long requests may still take once the listener is closed.
    private static let patience = Duration.seconds(30)

    init(_ configuration: ServerConfiguration, terminal: Bool, acceptsClock: Bool) {
        self.configuration = configuration
        self.acceptsClock = acceptsClock
        self.terminal = terminal
    }

    /// Starts, serves, and stops; returns when everything is on the disk.
    func run() async throws(CommandFailure) {
        for warning in configuration.warnings { logger.warning("\(warning)") }
        let tls = try TLSSetup.credentials(configuration, logger)
        // Before the first part that measures is made.
        let metrics = PrometheusMetrics()
        MetricsSystem.bootstrap(metrics)
        let (directory, lock) = try await EmbeddedFiles.own(configuration, makingDirectory: true)
        try ListenProbe.check(configuration.listen, key: .listen)
        if PrivateFile.isExposed(directory.path) {
            logger.warning(
                "others than the owner can look into the data directory: chmod 700 it",
                metadata: ["path": "\(DataDirectory.absolute(directory.path))"]
            )
        }
        if let operations = configuration.operationsListen {
            try ListenProbe.check(operations, key: .operationsListen)
        }
        let data = try await OpenedData.open(
            configuration,
            directory,
            lock: lock,
            for: .serve(acceptsClock: acceptsClock),
            logger: logger
        )
        let result: Result<Void, CommandFailure>
        do throws(CommandFailure) {
            result = .success(try await serve(data, directory, tls, metrics))
        } catch {
            result = .failure(error)
        }
        await data.domain.audit.seal()
        data.domain.audit.logHead(atOnce: true)
        try? await data.domain.storeTime()
        try await data.close()
        try result.get()
        logger.info("stopped")
    }

    /// How others get at the data while this server runs: commands over a socket where this process owns the files, and
    /// otherwise other nodes through the database, whose changes are followed.
    private func company(_ domain: Domain, _ directory: DataDirectory) throws(CommandFailure) -> any Service {
        guard case .postgreSQL(let url) = configuration.database else {
            return try AdministrationSocket(directory, domain: domain, logger: logger)
        }
        var direct = url
        if case .postgreSQL(let url)? = configuration.databaseDirect { direct = url }
        do throws(StorageError) {
            return NodeFollowing(domain: domain, address: try DatabaseOpening.address(direct), logger: logger)
        } catch {
            throw DatabaseOpening.failure(configuration.database, error.reason)
        }
    }

    private func serve(
        _ data: OpenedData,
        _ directory: DataDirectory,
        _ tls: TLSCredentials?,
        _ metrics: PrometheusMetrics
    ) async throws(CommandFailure) {
        let domain = data.domain
        let wasCutOff = try await data.beginServing(logger)
        let administrator = try await InitialAdministrator.makeIfFirst(
            domain,
            directory,
            minimumLength: configuration.passwordMinimumLength,
            terminal: terminal
        )
        await domain.audit.seal()
        domain.audit.logHead(atOnce: true)
        if let (now, next, from) = domain.keyRing.changeOfAlgorithm {
            let wait = max(0, from.seconds - domain.clock.now().seconds)
            logger.notice(
                "another algorithm will sign; at once with `tessera signing-key rotate --algorithm \(next) --now`",
                metadata: ["algorithm": "\(now)", "next": "\(next)", "in": "\(wait) s"]
            )
        }
        let company = try company(domain, directory)
        let greeting = Greeting(configuration, directory, administrator, terminal: terminal, logger: logger)
        let exporter = configuration.otlpEndpoint.map { SpanExporter(endpoint: $0, logger: logger) }
        let server = TesseraServer(
            domain: domain,
            settings: httpSettings(tls),
            metrics: metrics,
            version: Tessera.version,
            tracer: exporter.map { OTLPTracer(exporter: $0, ratio: configuration.traceRatio) },
            logger: logger,
            onListening: { listen in
                greeting.listening(on: ListenAddress(host: listen.host, port: listen.port))
                ServiceNotice.ready.send()
                StartPages.giveBack()
            }
        )
        // The last stops first: the server drains while the rest still works.
        let check = wasCutOff ? [CheckAfterCrash(data: data, logger: logger)] : []
        let group = ServiceGroup(
            configuration: groupConfiguration(
                [exporter].compactMap(\.self) + check
                    + [PeriodicWork(domain: domain), AuditSealer(audit: domain.audit), company, server]
            )
        )
        let isStopping = Flag()
        let signals = StopSignals {
            isStopping.raise()
            ServiceNotice.stopping.send()
            logger.info("shutting down; a second signal stops at once")
            Task { await group.triggerGracefulShutdown() }
        }
        // Whatever goes wrong, a password that was made is said.
        defer { greeting.introduceAdministrator(at: configuration.listen) }
        do {
            try await group.run()
        } catch  where isStopping.isRaised {
            logger.warning("what took longer than \(Self.patience) was cut off", metadata: ["error": "\(error)"])
        } catch let error as IOError {
            throw ListenProbe.failure(SystemError(number: error.errnoCode), configuration.listen, .listen)
        } catch {
            throw .failed("The server had to stop: \(error).")
        }
        withExtendedLifetime(signals) {}
    }

    private func httpSettings(_ tls: TLSCredentials?) -> HTTPSettings {
        var settings = HTTPSettings()
        settings.tls = tls
        settings.listen = HTTPSettings.Listen(host: configuration.listen.host, port: configuration.listen.port)
        settings.operationsListen = configuration.operationsListen.map { .init(host: $0.host, port: $0.port) }
        settings.hosts = configuration.hosts
        settings.allowedOrigins = configuration.allowedOrigins
        settings.shutdownDelay = configuration.shutdownDelay
        settings.trustedProxies = TrustedProxies(configuration.trustedProxies)
        return settings
    }

    private func groupConfiguration(_ services: [any Service]) -> ServiceGroupConfiguration {
        var group = ServiceGroupConfiguration(
            services: services,
            gracefulShutdownSignals: [],
            cancellationSignals: [],
            logger: quietLogger
        )
        group.maximumGracefulShutdownDuration = configuration.shutdownDelay + Self.patience
        return group
    }

    /// The group tells of each of its steps, which helps only who works on the server itself.
    private var quietLogger: Logger {
        var quiet = logger
        quiet.logLevel = configuration.logLevel <= .debug ? configuration.logLevel : .error
        return quiet
    }
}

/// Says that something has happened, and can be asked from anywhere.
private final class Flag: Sendable {
    private let value = Atomic(false)

    var isRaised: Bool { value.load(ordering: .relaxed) }
    func raise() { value.store(true, ordering: .relaxed) }
}
