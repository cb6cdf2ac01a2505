import JOSE

/// Whether the metadata name the very URL they were fetched from (RFC 8414 §3.3), and addresses below it.
struct IssuerCheck: DoctorCheck {
    static let name = "issuer"

    func findings(_ patient: Patient) -> [Finding] {
        guard let metadata = patient.metadata?.json else { return [] }
        guard let issuer = metadata["issuer"]?.stringValue else {
            return [.fault(name, "the metadata name no issuer", mend: "let the proxy hand the answer on as it is")]
        }
        var findings: [Finding] = []
        if !issuer.utf8.elementsEqual(patient.url.utf8) {
            findings.append(
                .fault(
                    name,
                    "the metadata at \(patient.url) name the issuer \(issuer): clients refuse that",
                    mend: "issuer: \(patient.url)"
                )
            )
        }
        if let configured = patient.configuration?.issuer, !configured.utf8.elementsEqual(issuer.utf8) {
            findings.append(
                .fault(
                    name,
                    "the server that answers names \(issuer), the configuration here \(configured)",
                    mend:
                        "restart the server with this configuration, or run doctor with the server's own (--config FILE)"
                )
            )
        }
        let strangers = Self.endpoints(metadata).filter { !$0.value.hasPrefix(issuer) }
        if !strangers.isEmpty {
            let names = strangers.map(\.name).joined(separator: ", ")
            findings.append(
                .warning(
                    name,
                    "\(names) lie elsewhere than the issuer",
                    mend: "let the proxy hand the answer on as it is"
                )
            )
        }
        return findings.isEmpty ? [.ok(name, "the metadata name \(issuer)")] : findings
    }

    private static func endpoints(_ metadata: JSONObject) -> [(name: String, value: String)] {
        metadata.members.compactMap { member in
            guard member.name.hasSuffix("_endpoint") || member.name.hasSuffix("_uri") else { return nil }
            return member.value.stringValue.map { (member.name, $0) }
        }
    }
}
