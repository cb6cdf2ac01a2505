import Logging
import TesseraCore
import TesseraHTTP

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The certificate and key of the configuration, checked before anything else is made.
enum TLSSetup {
    /// How long before its end a certificate is worth a warning.
    static let renewal = Duration.days(14)

    /// Reads the two files; `nil` where none are configured.
    static func credentials(
        _ configuration: ServerConfiguration,
        _ logger: Logger
    ) throws(CommandFailure) -> TLSCredentials? {
        guard let certificate = configuration.tlsCertificate, let key = configuration.tlsPrivateKey else { return nil }
        let credentials: TLSCredentials
        do throws(TLSFault) {
            credentials = try TLSCredentials(TLSFiles(certificate: certificate, privateKey: key))
        } catch {
            throw .usage(error.description)
        }
        if isReadableByAll(key) {
            logger.warning("everybody on this machine can read the TLS key: chmod 600 it", metadata: ["path": "\(key)"])
        }
        if credentials.expiresAt < SystemClock().now().adding(renewal) {
            logger.warning(
                "the TLS certificate expires soon: renew it",
                metadata: ["path": "\(certificate)", "expires": "\(RecordFormat.time(credentials.expiresAt))"]
            )
        }
        return credentials
    }

    /// A group of its own is usual for such keys; everybody is not.
    private static func isReadableByAll(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IROTH != 0
    }
}

extension ServerConfiguration {
    /// The URL to try a server at that listens there: by name where its certificate wants one.
    func base(at address: ListenAddress) -> String {
        let near = address.nearby.description
        guard tlsCertificate != nil else { return "http://" + near }
        let isDefault = entries.first { $0.key == .issuer }?.source == "default"
        return isDefault ? "https://" + near : issuer
    }
}
