import TesseraCore

/// Whether the certificate that everybody sees is valid, and for how long.
struct CertificateCheck: DoctorCheck {
    static let name = "certificate"

    func findings(_ patient: Patient) -> [Finding] {
        guard patient.view != nil, let address = patient.address else { return [] }
        guard address.isSecure else {
            guard !address.isLoopback else {
                return [.note(name, "\(patient.url) is this machine alone, and needs no TLS")]
            }
            return [
                .warning(
                    name,
                    "\(patient.url) is without TLS: passwords and tokens cross the network readable",
                    mend: "tls_certificate: FILE and tls_private_key: FILE, or a proxy with TLS; then issuer: https://…"
                )
            ]
        }
        guard let certificate = patient.view?.certificate else {
            return [.fault(name, "\(patient.url) shows no certificate", mend: "let TLS 1.2 or 1.3 answer at that port")]
        }
        let days = certificate.expiresAt.milliseconds(since: patient.now) / 86_400_000
        let renew = "renew it (certbot renew, or as it was made); the server takes the new files over by itself"
        if certificate.expiresAt <= patient.now {
            return [.fault(name, "the certificate expired on \(RecordFormat.time(certificate.expiresAt))", mend: renew)]
        }
        if certificate.validFrom > patient.now {
            return [
                .fault(
                    name,
                    "the certificate is valid only from \(RecordFormat.time(certificate.validFrom)) on",
                    mend: "timedatectl set-ntp true  # if it is this machine's clock that is wrong"
                )
            ]
        }
        if case .failure(let failure) = patient.view?.metadata, failure.isTLS {
            return [
                .fault(
                    name,
                    "the certificate is refused: \(failure.reason)",
                    mend:
                        "put the certificate, then its issuers', into the file that tls_certificate or the proxy names"
                )
            ]
        }
        guard days >= 14 else { return [.warning(name, "the certificate expires in \(days) days", mend: renew)] }
        return [.ok(name, "the certificate is valid for \(days) more days")]
    }
}
