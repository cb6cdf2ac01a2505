internal import Hummingbird
public import Logging
public import ServiceLifecycle
public import TesseraCore
public import Tracing

/// The server: everything that is reached over HTTP, around a domain that someone else has put together.
///
/// ```swift
/// let server = try TesseraServer(domain: domain, settings: HTTPSettings(), metrics: metrics, version: "1.0.0", logger: logger)
/// try await ServiceGroup(services: [server], gracefulShutdownSignals: [.sigterm], logger: logger).run()
/// ```
public struct TesseraServer: Service {
    private let settings: HTTPSettings
    private let health: Health
    private let logger: Logger
    private let onListening: @Sendable (HTTPSettings.Listen) async -> Void
    let routes: ServerRoutes
    let assembly: EdgeAssembly

    /// Puts the server together; nothing listens before it runs.
    ///
    /// - Parameters:
    ///   - domain: The loaded domain.
    ///   - settings: How to listen and whom to believe.
    ///   - metrics: What `/metrics` shows; the process's metrics should be bootstrapped with it too.
    ///   - version: The version that is shown in `/openapi.json` and in the metrics.
    ///   - tracer: Begins a span for each request, such as `InstrumentationSystem.tracer`; without one nothing is traced.
    ///   - logger: The server's logger.
    ///   - onListening: Called with the main address once all listeners are open.
    public init(
        domain: Domain,
        settings: HTTPSettings,
        metrics: PrometheusMetrics,
        version: String,
        tracer: (any Tracer)? = nil,
        logger: Logger,
        onListening: @escaping @Sendable (HTTPSettings.Listen) async -> Void = { _ in }
    ) {
        self.settings = settings
        self.health = Health(
            isClockBelieved: { [clock = domain.clock] in clock.doubt == nil },
            isStorageReady: { [storage = domain.storage, contact = domain.contact] in
                if contact.isLost { return false }
                return await storage.isReady()
            }
        )
        self.logger = logger
        self.onListening = onListening
        let issuer = Issuer(domain.settings.issuer)
        let origins = ClientOrigins(storage: domain.storage, allowedOrigins: settings.allowedOrigins)
        let followers = Followers(limits: settings.limits, proxies: settings.trustedProxies)
        self.routes = ServerRoutes(
            domain: domain,
            settings: settings,
            issuer: issuer,
            origins: origins,
            health: health,
            followers: followers,
            gauges: ServerGauges(
                domain: domain,
                followers: followers,
                tls: settings.tls,
                metrics: metrics,
                version: version
            ),
            version: version
        )
        self.assembly = EdgeAssembly(
            settings: settings,
            metrics: RequestMetrics(factory: metrics),
            mount: MountPoint(path: issuer.path),
            origins: origins,
            publicPaths: Set(routes.publicPaths),
            clientPaths: ["/token", "/revoke"],
            oauthPaths: ["/token", "/revoke", "/introspect"],
            strictTransport: issuer.isPublicAndSecure,
            tracer: tracer,
            logger: logger
        )
    }

    /// Listens and serves until the group shuts down; then readiness fails, the listener closes, requests finish.
    /// - Throws: The error of a listener that cannot be opened.
    public func run() async throws {
        var services: [any Service] = []
        // Ends once operators are listened to; nothing is ever sent in it.
        let (operations, isOpen) = AsyncStream<Never>.makeStream()
        if let listen = settings.operationsListen {
            // First in, last out: readiness can be asked until the very end.
            let application = assembly.forOperations.application(routes.operations(), listen: listen) { _ in
                isOpen.finish()
            }
            services.append(application)
        } else {
            isOpen.finish()
        }
        services.append(StoredGaugesSampling(gauges: routes.gauges))
        if let tls = settings.tls {
            services.append(TLSReloading(credentials: tls, interval: settings.tlsReloadInterval, logger: logger))
        }
        let main = assembly.application(routes.main(), listen: settings.listen) { [onListening] listen in
            for await _ in operations {}
            await onListening(listen)
        }
        services.append(main)
        services.append(DrainService(health: health, followers: routes.followers, delay: settings.shutdownDelay))
        try await ServiceGroup(configuration: .init(services: services, logger: logger)).run()
    }
}
