import TesseraCore
import TesseraHTTP

/// Whether the certificate that the configuration names can serve.
struct CertificateFilesCheck: DoctorCheck {
    static let name = "certificate-files"

    func findings(_ patient: Patient) -> [Finding] {
        guard let configuration = patient.configuration, let certificate = configuration.tlsCertificate,
            let key = configuration.tlsPrivateKey
        else { return [] }
        do throws(TLSFault) {
            let credentials = try TLSCredentials(TLSFiles(certificate: certificate, privateKey: key))
            let days = credentials.expiresAt.milliseconds(since: patient.now) / 86_400_000
            return [.ok(name, "\(certificate) and its key fit, for \(days) more days")]
        } catch {
            return [
                .fault(
                    name,
                    error.description,
                    mend: "put a pair there that fits; the server takes it over by itself"
                )
            ]
        }
    }
}
