import ArgumentParser

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The flags by which every command finds the server's data.
struct DataOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The configuration file (default: tessera.yaml, if it exists).", valueName: "file"))
    var config: String?

    @Option(help: ArgumentHelp("Where the embedded files are (default: tessera-data).", valueName: "directory"))
    var dataDirectory: String?

    @Option(help: ArgumentHelp("sqlite:PATH or postgresql://USER@HOST:PORT/NAME.", valueName: "url"))
    var database: String?

    /// The flags that were given, by key.
    var flags: [String: String] {
        ["data_directory": dataDirectory, "database": database].compactMapValues(\.self)
    }
}

/// The flags of everything that can be configured and is not a secret.
struct ConfigurationOptions: ParsableArguments {
    @OptionGroup var data: DataOptions

    @Option(
        help: ArgumentHelp("For notices between nodes where database goes through a pooler.", valueName: "url")
    )
    var databaseDirect: String?

    @Option(help: ArgumentHelp("This server's name in its tokens (default: http://127.0.0.1:8080).", valueName: "url"))
    var issuer: String?

    @Flag(inversion: .prefixedNo, help: "Allow an http issuer beyond loopback.")
    var allowInsecureIssuer: Bool?

    @Option(help: ArgumentHelp("Where to listen (default: 127.0.0.1:8080).", valueName: "address"))
    var listen: String?

    @Option(help: ArgumentHelp("A PEM file.", valueName: "file"))
    var tlsCertificate: String?

    @Option(help: ArgumentHelp("A PEM file.", valueName: "file"))
    var tlsPrivateKey: String?

    @Option(help: ArgumentHelp("Networks whose X-Forwarded-For is believed.", valueName: "networks"))
    var trustedProxies: [String] = []

    @Option(help: ArgumentHelp("The only Host values that are answered.", valueName: "hosts"))
    var hosts: [String] = []

    @Option(help: ArgumentHelp("Browser origins that may call (CORS).", valueName: "origins"))
    var allowedOrigins: [String] = []

    @Option(help: ArgumentHelp("A second address for health and metrics.", valueName: "address"))
    var operationsListen: String?

    @Option(help: ArgumentHelp("What signs the tokens (default: ES256).", valueName: "algorithm"))
    var signingAlgorithm: String?

    @Option(help: ArgumentHelp("After which a new key takes over (default: 90d).", valueName: "duration"))
    var signingKeyLifetime: String?

    @Option(help: ArgumentHelp("From 1s to 24h (default: 30m).", valueName: "duration"))
    var accessTokenLifetime: String?

    @Option(help: ArgumentHelp("How long a session may be idle (default: 14d).", valueName: "duration"))
    var refreshTokenLifetime: String?

    @Option(help: ArgumentHelp("How long a session lives at most (default: 90d).", valueName: "duration"))
    var sessionLifetime: String?

    @Option(
        help: ArgumentHelp("How long a repeated refresh gets the same answer (default: 30s).", valueName: "duration")
    )
    var refreshGracePeriod: String?

    @Option(help: ArgumentHelp("What a token is for when none is asked (default: the issuer).", valueName: "audience"))
    var defaultAudience: String?

    @Option(help: ArgumentHelp("first_party or off (default: first_party).", valueName: "word"))
    var passwordGrant: String?

    @Option(help: ArgumentHelp("Wrong guesses before delays begin (default: 10).", valueName: "number"))
    var loginAttemptsPerAccount: String?

    @Option(help: ArgumentHelp("Wrong guesses before delays begin (default: 100).", valueName: "number"))
    var loginAttemptsPerAddress: String?

    @Option(help: ArgumentHelp("closed or open (default: closed).", valueName: "word"))
    var registration: String?

    @Option(help: ArgumentHelp("In characters (default: 12).", valueName: "number"))
    var passwordMinimumLength: String?

    @Option(help: ArgumentHelp("Roles and their scopes, as YAML or JSON.", valueName: "mapping"))
    var roles: String?

    @Option(help: ArgumentHelp("Between not ready and closed (default: 0s).", valueName: "duration"))
    var shutdownDelay: String?

    @Option(help: ArgumentHelp("An OpenTelemetry collector that gets a span a request.", valueName: "url"))
    var otlpEndpoint: String?

    @Option(help: ArgumentHelp("The share of new traces that are recorded (default: 1).", valueName: "number"))
    var traceRatio: String?

    @Option(help: ArgumentHelp("text or json (default: text on a terminal).", valueName: "word"))
    var logFormat: String?

    @Option(help: ArgumentHelp("trace, debug, info, notice, warning, error or critical.", valueName: "level"))
    var logLevel: String?

    /// The flags that were given, by key.
    var flags: [String: String] {
        let given: [String: String?] = [
            "issuer": issuer, "allow_insecure_issuer": allowInsecureIssuer.map { $0 ? "true" : "false" },
            "listen": listen, "tls_certificate": tlsCertificate, "tls_private_key": tlsPrivateKey,
            "trusted_proxies": list(trustedProxies), "hosts": list(hosts), "allowed_origins": list(allowedOrigins),
            "operations_listen": operationsListen, "signing_algorithm": signingAlgorithm,
            "signing_key_lifetime": signingKeyLifetime, "access_token_lifetime": accessTokenLifetime,
            "refresh_token_lifetime": refreshTokenLifetime, "session_lifetime": sessionLifetime,
            "refresh_grace_period": refreshGracePeriod, "default_audience": defaultAudience,
            "password_grant": passwordGrant, "login_attempts_per_account": loginAttemptsPerAccount,
            "login_attempts_per_address": loginAttemptsPerAddress, "registration": registration,
            "password_minimum_length": passwordMinimumLength, "roles": roles, "shutdown_delay": shutdownDelay,
            "otlp_endpoint": otlpEndpoint, "trace_ratio": traceRatio, "log_format": logFormat, "log_level": logLevel,
            "database_direct": databaseDirect,
        ]
        return given.compactMapValues(\.self).merging(data.flags) { given, _ in given }
    }

    private func list(_ values: [String]) -> String? { values.isEmpty ? nil : values.joined(separator: ",") }
}

extension ServerConfiguration {
    /// The environment of this process.
    static var environment: [String: String] { ProcessInfo.processInfo.environment }

    /// Reads the configuration of this process.
    ///
    /// - Parameters:
    ///   - flags: what the command line says, by key.
    ///   - file: the configuration file that `--config` names.
    ///   - warn: is told what is odd but stops nothing.
    /// - Returns: the effective configuration.
    /// - Throws: everything that is wrong with it, in one message.
    static func current(
        flags: [String: String],
        file: String?,
        warn: (String) -> Void = Console.warn
    ) throws(CommandFailure) -> ServerConfiguration {
        let sources = ConfigurationSources(flags: flags, environment: environment, file: file)
        do throws(ConfigurationFaults) {
            let configuration = try ServerConfiguration(sources, terminal: Console.isTerminal(2))
            configuration.warnings.forEach(warn)
            return configuration
        } catch {
            sources.warnings.forEach(Console.warn)
            throw error.failure
        }
    }
}
