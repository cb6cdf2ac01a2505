internal import Hummingbird
internal import HummingbirdCore
internal import Logging
internal import NIOCore
internal import Tracing

/// Puts the edge around a router, and both on an address.
struct EdgeAssembly: Sendable {
    typealias Served = Application<Edge<RouterResponder<ServerContext>>>

    let settings: HTTPSettings
    let metrics: RequestMetrics
    var mount = MountPoint(path: "")
    let origins: any OriginDirectory
    let publicPaths: Set<String>
    let clientPaths: Set<String>
    let oauthPaths: Set<String>
    /// Whether browsers are told to come by HTTPS alone.
    var strictTransport = false
    /// Begins a span for each request, where there is one.
    var tracer: (any Tracer)?
    let logger: Logger

    func responder(_ router: Router<ServerContext>) -> Edge<RouterResponder<ServerContext>> {
        Edge(
            inner: router.buildResponder(),
            bounds: RequestBounds(limits: settings.limits),
            hosts: HostPolicy(settings.hosts),
            addresses: ClientAddressResolver(proxies: settings.trustedProxies, metrics: metrics.factory),
            crossOrigin: CrossOriginPolicy(publicPaths: publicPaths, clientPaths: clientPaths, directory: origins),
            routes: RouteTable(router.routes),
            answers: AnswerStyle(oauthPaths: oauthPaths, strictTransport: strictTransport),
            metrics: metrics,
            accessLog: AccessLog(level: settings.accessLogLevel),
            mount: mount,
            tracing: tracer.map(RequestTracing.init)
        )
    }

    func application(
        _ router: Router<ServerContext>,
        listen: HTTPSettings.Listen,
        onListening: @escaping @Sendable (HTTPSettings.Listen) async -> Void
    ) -> Served {
        let (limits, tls) = (settings.limits, settings.tls)
        let connections = ConnectionTable(
            limits: limits,
            proxies: settings.trustedProxies,
            metrics: metrics.factory
        )
        let failures = TLSFailures(metrics: metrics.factory)
        return Application(
            responder: responder(router),
            server: HTTPServerBuilder { responder in
                EdgeChannel(
                    responder: responder,
                    limits: limits,
                    connections: connections,
                    tls: tls,
                    failures: failures
                )
            },
            configuration: .init(address: .hostname(listen.host, port: listen.port), serverName: nil, backlog: 1024),
            onServerRunning: { channel in
                await onListening(.init(host: listen.host, port: channel.localAddress?.port ?? listen.port))
            },
            logger: logger
        )
    }
}

extension EdgeAssembly {
    /// The edge of the address for operators: probes name the machine's own address, speak no TLS, and would fill the log.
    var forOperations: EdgeAssembly {
        var settings = settings
        settings.hosts = []
        settings.tls = nil
        settings.accessLogLevel = .debug
        return EdgeAssembly(
            settings: settings,
            metrics: metrics,
            origins: origins,
            publicPaths: [],
            clientPaths: [],
            oauthPaths: [],
            logger: logger
        )
    }
}
