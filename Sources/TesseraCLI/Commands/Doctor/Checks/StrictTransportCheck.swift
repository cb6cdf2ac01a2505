/// Whether browsers are told to come by HTTPS alone (RFC 6797).
struct StrictTransportCheck: DoctorCheck {
    static let name = "hsts"

    func findings(_ patient: Patient) -> [Finding] {
        guard let address = patient.address, address.isSecure, let page = patient.metadata else { return [] }
        let host = address.host.lowercased()
        if host == "localhost" || host.hasSuffix(".localhost") { return [] }
        guard let value = page.headers["strict-transport-security"] else {
            return [
                .warning(
                    name,
                    "browsers are not told to come by HTTPS alone",
                    mend: "issuer: \(patient.url)  # the server then sends it; the proxy must hand it on"
                )
            ]
        }
        let age = value.lowercased().split(separator: ";").lazy
            .map { $0.drop { $0 == " " } }.first { $0.hasPrefix("max-age=") }.flatMap { Int($0.dropFirst(8)) }
        guard let age, age >= 15_768_000 else {
            return [
                .warning(
                    name,
                    "browsers are told to come by HTTPS for less than half a year (\(value))",
                    mend: "let the proxy leave Strict-Transport-Security as the server sends it"
                )
            ]
        }
        return [.ok(name, "browsers are told to come by HTTPS alone")]
    }
}
