/// Whether the server sees its clients' addresses, or those of a proxy that it does not believe.
struct ProxyCheck: DoctorCheck {
    static let name = "proxy"

    func findings(_ patient: Patient) -> [Finding] {
        if let configuration = patient.configuration, configuration.trustedProxies.contains(where: \.isEverybody) {
            return [
                .fault(
                    name,
                    "trusted_proxies holds every address there is: anybody can forge where a request comes from",
                    mend: "trusted_proxies: 127.0.0.1/32  # the proxy's own address"
                )
            ]
        }
        guard let metadata = patient.metadata else { return [] }
        if let ignored = patient.view?.ignoredForwards, ignored > 0 {
            return [
                .fault(
                    name,
                    "a proxy says where requests come from and is not believed: all clients share its address, and one "
                        + "who guesses passwords delays everybody",
                    mend: "trusted_proxies: 127.0.0.1/32  # the proxy's address, which the server's log names as `peer`"
                )
            ]
        }
        guard let configuration = patient.configuration else { return [] }
        guard Self.showsProxy(metadata) || Self.isElsewhere(patient, configuration) else {
            return [.ok(name, "no proxy stands before the server")]
        }
        guard !configuration.trustedProxies.isEmpty else {
            return [
                .warning(
                    name,
                    "a proxy stands before the server, and trusted_proxies is empty: all clients seem to come from it",
                    mend: "trusted_proxies: 127.0.0.1/32  # the proxy's address; it must set X-Forwarded-For"
                )
            ]
        }
        return [.ok(name, "the proxy before the server is in trusted_proxies")]
    }

    /// The server itself names neither a program nor a hop.
    private static func showsProxy(_ page: Page) -> Bool { page.headers["server"] != nil || page.headers["via"] != nil }

    /// TLS that the server does not speak, or a port that it does not listen on, is somebody else's.
    private static func isElsewhere(_ patient: Patient, _ configuration: ServerConfiguration) -> Bool {
        guard let address = patient.address else { return false }
        return address.isSecure && configuration.tlsCertificate == nil
    }
}
