/// A key of the configuration: the same word as a flag, a variable and a line of the file.
struct ConfigurationKey: Hashable, Sendable {
    let name: String
    /// Whether it has no flag and is masked wherever it is shown.
    var isSecret = false
    /// Whether the file may write it as a list.
    var isList = false
    /// Whether it is a URL that may hold a password.
    var isDatabase = false

    /// `--access-token-lifetime`.
    var flag: String { "--" + name.replacing("_", with: "-") }
    /// `TESSERA_ACCESS_TOKEN_LIFETIME`.
    var variable: String { "TESSERA_" + name.uppercased() }
}

extension ConfigurationKey {
    static let issuer = ConfigurationKey(name: "issuer")
    static let allowInsecureIssuer = ConfigurationKey(name: "allow_insecure_issuer")
    static let listen = ConfigurationKey(name: "listen")
    static let tlsCertificate = ConfigurationKey(name: "tls_certificate")
    static let tlsPrivateKey = ConfigurationKey(name: "tls_private_key")
    static let trustedProxies = ConfigurationKey(name: "trusted_proxies", isList: true)
    static let hosts = ConfigurationKey(name: "hosts", isList: true)
    static let allowedOrigins = ConfigurationKey(name: "allowed_origins", isList: true)
    static let operationsListen = ConfigurationKey(name: "operations_listen")
    static let database = ConfigurationKey(name: "database", isDatabase: true)
    static let databaseDirect = ConfigurationKey(name: "database_direct", isDatabase: true)
    static let dataDirectory = ConfigurationKey(name: "data_directory")
    static let masterKey = ConfigurationKey(name: "master_key", isSecret: true)
    static let signingAlgorithm = ConfigurationKey(name: "signing_algorithm")
    static let signingSecret = ConfigurationKey(name: "signing_secret", isSecret: true)
    static let signingKeyLifetime = ConfigurationKey(name: "signing_key_lifetime")
    static let accessTokenLifetime = ConfigurationKey(name: "access_token_lifetime")
    static let refreshTokenLifetime = ConfigurationKey(name: "refresh_token_lifetime")
    static let sessionLifetime = ConfigurationKey(name: "session_lifetime")
    static let refreshGracePeriod = ConfigurationKey(name: "refresh_grace_period")
    static let defaultAudience = ConfigurationKey(name: "default_audience")
    static let passwordGrant = ConfigurationKey(name: "password_grant")
    static let loginAttemptsPerAccount = ConfigurationKey(name: "login_attempts_per_account")
    static let loginAttemptsPerAddress = ConfigurationKey(name: "login_attempts_per_address")
    static let registration = ConfigurationKey(name: "registration")
    static let passwordMinimumLength = ConfigurationKey(name: "password_minimum_length")
    static let roles = ConfigurationKey(name: "roles")
    static let shutdownDelay = ConfigurationKey(name: "shutdown_delay")
    static let otlpEndpoint = ConfigurationKey(name: "otlp_endpoint")
    static let traceRatio = ConfigurationKey(name: "trace_ratio")
    static let logFormat = ConfigurationKey(name: "log_format")
    static let logLevel = ConfigurationKey(name: "log_level")

    /// Every key, in the order in which `tessera config` shows them.
    static let all: [ConfigurationKey] = [
        .issuer, .allowInsecureIssuer, .listen, .tlsCertificate, .tlsPrivateKey, .trustedProxies, .hosts,
        .allowedOrigins, .operationsListen, .database, .databaseDirect, .dataDirectory, .masterKey, .signingAlgorithm,
        .signingSecret,
        .signingKeyLifetime, .accessTokenLifetime, .refreshTokenLifetime, .sessionLifetime, .refreshGracePeriod,
        .defaultAudience, .passwordGrant, .loginAttemptsPerAccount, .loginAttemptsPerAddress, .registration,
        .passwordMinimumLength, .roles, .shutdownDelay, .otlpEndpoint, .traceRatio, .logFormat,
        .logLevel,
    ]

    /// The key of this name.
    static func named(_ name: String) -> ConfigurationKey? { all.first { $0.name == name } }
}
