import Logging
import Passwords
import TesseraCore

/// Everything that can be configured, checked and typed.
struct ServerConfiguration: Sendable {
    let issuer: String
    let listen: ListenAddress
    let tlsCertificate: String?
    let tlsPrivateKey: String?
    let trustedProxies: [AddressPrefix]
    let hosts: [String]
    let allowedOrigins: [String]
    let operationsListen: ListenAddress?
    let database: DatabaseLocation
    let databaseDirect: DatabaseLocation?
    let dataDirectory: String
    let masterKey: MasterKey?
    let signingAlgorithm: SigningAlgorithm
    let signingSecret: Secret?
    let signingKeyLifetime: Duration
    let accessTokenLifetime: Duration
    let refreshTokenLifetime: Duration
    let sessionLifetime: Duration
    let refreshGracePeriod: Duration
    let defaultAudience: String
    let passwordGrant: PasswordGrantPolicy
    let loginAttemptsPerAccount: Int
    let loginAttemptsPerAddress: Int
    let registration: Registration
    let passwordMinimumLength: Int
    let roles: ConfiguredRoles
    let shutdownDelay: Duration
    let otlpEndpoint: String?
    let traceRatio: Double
    let logFormat: LogFormat
    let logLevel: Logger.Level

    /// Each value with its source, as `tessera config` shows it.
    let entries: [ConfigurationEntry]
    /// What is odd but stops nothing.
    let warnings: [String]

    /// Reads and checks all layers.
    ///
    /// - Parameters:
    ///   - sources: the layers.
    ///   - terminal: whether a person reads standard error; decides the log format unless that is configured.
    /// - Throws: everything that is wrong, at once.
    init(_ sources: ConfigurationSources, terminal: Bool) throws(ConfigurationFaults) {
        var read = ConfigurationReading(sources)
        let insecure = read.value(.allowInsecureIssuer, .boolean, default: false)
        let speaksTLS = sources.text(for: .tlsCertificate).map { !$0.text.isEmpty } ?? false
        issuer = read.value(
            .issuer,
            .issuer(allowingInsecure: insecure),
            default: speaksTLS ? "https://127.0.0.1:8080" : "http://127.0.0.1:8080"
        )
        listen = read.value(.listen, .listenAddress, default: ListenAddress(host: "127.0.0.1", port: 8080))
        tlsCertificate = read.value(.tlsCertificate, .line("the path of a PEM file"))
        tlsPrivateKey = read.value(.tlsPrivateKey, .line("the path of a PEM file"))
        trustedProxies = read.value(.trustedProxies, .list(of: .network)) ?? []
        hosts = read.value(.hosts, .list(of: .host)) ?? []
        allowedOrigins = read.value(.allowedOrigins, .list(of: .origin)) ?? []
        operationsListen = read.value(.operationsListen, .listenAddress)
        dataDirectory = read.value(.dataDirectory, .line("the path of a directory"), default: "tessera-data")
        let file = DatabaseLocation.sqlite(path: dataDirectory + "/tessera.sqlite")
        database = read.value(.database, .database, default: file)
        databaseDirect = read.value(.databaseDirect, .directDatabase)
        masterKey = read.value(.masterKey, .masterKey)
        signingAlgorithm = read.value(.signingAlgorithm, .signingAlgorithm, default: .es256)
        signingSecret = read.value(.signingSecret, .signingSecret)
        signingKeyLifetime = read.value(.signingKeyLifetime, .duration(.hours(1)...(.days(3650))), default: .days(90))
        accessTokenLifetime = read.value(
            .accessTokenLifetime,
            .duration(.seconds(1)...(.hours(24))),
            default: .minutes(30)
        )
        let session = ValueFormat.duration(.seconds(1)...(.days(3650)))
        refreshTokenLifetime = read.value(.refreshTokenLifetime, session, default: .days(14))
        sessionLifetime = read.value(.sessionLifetime, session, default: .days(90))
        refreshGracePeriod = read.value(
            .refreshGracePeriod,
            .duration(.zero...(.minutes(5))),
            default: .seconds(30)
        )
        defaultAudience = read.value(
            .defaultAudience,
            .line("an audience, such as https://api.example"),
            default: issuer
        )
        passwordGrant = read.value(.passwordGrant, .choice([.firstParty, .off]), default: .firstParty)
        let attempts = ValueFormat.integer(1...1_000_000)
        loginAttemptsPerAccount = read.value(.loginAttemptsPerAccount, attempts, default: 10)
        loginAttemptsPerAddress = read.value(.loginAttemptsPerAddress, attempts, default: 100)
        registration = read.value(.registration, .choice(Registration.allCases), default: .closed)
        passwordMinimumLength = read.value(.passwordMinimumLength, .integer(8...64), default: 12)
        roles = read.value(.roles, .roles, default: .standard)
        shutdownDelay = read.value(.shutdownDelay, .duration(.zero...(.minutes(10))), default: .zero)
        otlpEndpoint = read.value(.otlpEndpoint, .collector)
        traceRatio = read.value(.traceRatio, .ratio, default: 1)
        logFormat = read.value(.logFormat, .choice(LogFormat.allCases), default: terminal ? .text : .json)
        logLevel = read.value(.logLevel, .choice(Logger.Level.allCases), default: .info)

        if signingAlgorithm == .hs256, signingSecret == nil, sources.text(for: .signingSecret) == nil {
            read.fault(.signingAlgorithm, "HS256 needs signing_secret, in \(ConfigurationKey.signingSecret.variable)")
        }
        if (tlsCertificate == nil) != (tlsPrivateKey == nil) {
            read.fault(
                tlsCertificate == nil ? .tlsPrivateKey : .tlsCertificate,
                "tls_certificate and tls_private_key go together: set both or none"
            )
        }
        if databaseDirect != nil, case .sqlite = database {
            read.fault(.databaseDirect, "it is of use only where database is a postgresql:// URL: leave it out")
        }
        if tlsCertificate != nil, !issuer.hasPrefix("https://") {
            read.fault(
                .issuer,
                "with tls_certificate this server speaks HTTPS alone: the issuer must begin with https://"
            )
        }
        if let operationsListen, operationsListen == listen, listen.port != 0 {
            read.fault(.operationsListen, "it is the same as listen: choose another address, or leave it out")
        }
        guard read.faults.isEmpty else { throw ConfigurationFaults(faults: read.faults) }
        entries = ConfigurationKey.all.compactMap { key in read.entries.first { $0.key == key } }
        let unused = signingSecret != nil && signingAlgorithm != .hs256
        warnings =
            sources.warnings
            + (unused ? ["signing_secret is set but not used: signing_algorithm is \(signingAlgorithm.rawValue)"] : [])
    }
}

extension Duration {
    static func minutes(_ count: Int) -> Duration { .seconds(count * 60) }
    static func hours(_ count: Int) -> Duration { .seconds(count * 3_600) }
    static func days(_ count: Int) -> Duration { .seconds(count * 86_400) }
}
