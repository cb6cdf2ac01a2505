/// Settings that are understood but that this version cannot act on: it says so instead of ignoring them.
enum UnavailableFeatures {
    /// Refuses a configuration that asks for what is not there.
    static func check(_ configuration: ServerConfiguration) throws(CommandFailure) {
        if configuration.tlsCertificate != nil || configuration.tlsPrivateKey != nil {
            throw .usage(
                "tls_certificate, tls_private_key: this version does not speak TLS itself; "
                    + "put it behind a proxy that does, and unset both."
            )
        }
    }
}
