public import Logging

/// How the server listens and whom it believes; what it issues is the domain's business.
public struct HTTPSettings: Sendable {
    /// An address to listen on.
    public struct Listen: Sendable, Hashable, CustomStringConvertible {
        /// A host's name or address.
        public var host: String
        /// A port; 0 lets the system choose.
        public var port: Int

        /// Makes an address.
        public init(host: String, port: Int) {
            self.host = host
            self.port = port
        }

        /// Host and port with a colon between, IPv6 in brackets.
        public var description: String {
            host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]:\(port)" : "\(host):\(port)"
        }
    }

    /// Where to listen (`listen`).
    public var listen = Listen(host: "127.0.0.1", port: 8080)
    /// What the server proves itself with; without it, it speaks plain HTTP (`tls_certificate`, `tls_private_key`).
    public var tls: TLSCredentials?
    /// How often the certificate's files are looked at.
    public var tlsReloadInterval: Duration = .seconds(5)
    /// Where `/health/*` and `/metrics` are, if not beside everything else (`operations_listen`).
    public var operationsListen: Listen?
    /// The hosts that requests may name; none allows every host (`hosts`).
    public var hosts: [String] = []
    /// The browser origins that may use the built-in client (`allowed_origins`).
    public var allowedOrigins: [String] = []
    /// Who may say where a request came from (`trusted_proxies`).
    public var trustedProxies: TrustedProxies = .none
    /// What a client may send and how long it may take.
    public var limits = HTTPLimits()
    /// How long the server says that it is not ready before it stops listening (`shutdown_delay`).
    public var shutdownDelay: Duration = .zero
    /// The level of the line that is logged for each request.
    public var accessLogLevel: Logger.Level = .info

    /// The settings of a server without configuration.
    public init() {}
}
