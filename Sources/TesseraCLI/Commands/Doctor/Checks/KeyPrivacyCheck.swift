import JOSE

/// Whether the published key set holds anything that signs.
struct KeyPrivacyCheck: DoctorCheck {
    static let name = "private-keys"

    /// The private members of RFC 7518 §6, RFC 8037 §2 and of ML-DSA keys.
    private static let members: Set<String> = ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"]

    func findings(_ patient: Patient) -> [Finding] {
        guard let keys = patient.keySet?.json?["keys"]?.arrayValue else { return [] }
        let exposed = keys.compactMap { key -> String? in
            let members = key.objectValue?.members.map(\.name).filter(Self.members.contains) ?? []
            return members.isEmpty ? nil : key["kid"]?.stringValue ?? "without kid"
        }
        guard !exposed.isEmpty else { return [.ok(name, "nothing that signs is published")] }
        return [
            .fault(
                name,
                "the private part of \(exposed.joined(separator: ", ")) is published: anyone can sign tokens",
                mend: "tessera signing-key revoke \(exposed[0])"
            )
        ]
    }
}
