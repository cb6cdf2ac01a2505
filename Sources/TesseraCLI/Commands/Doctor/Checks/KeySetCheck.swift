import JOSE

/// Whether services can fetch keys that verify.
struct KeySetCheck: DoctorCheck {
    static let name = "jwks"

    func findings(_ patient: Patient) -> [Finding] {
        guard let fetched = patient.view?.keySet else { return [] }
        let mend = "let the proxy hand /.well-known/jwks.json on as it is"
        switch fetched {
        case .failure(let failure):
            return [.fault(name, "the key set cannot be fetched: \(failure.reason)", mend: mend)]
        case .success(let page):
            guard page.status == 200, let keys = page.json?["keys"]?.arrayValue else {
                return [.fault(name, "\(page.url) answers \(page.status) and no key set", mend: mend)]
            }
            if keys.isEmpty {
                return [
                    .note(
                        name,
                        "the key set is empty: tokens are signed with a shared secret, which only its holders can verify",
                        mend: "signing_algorithm: ES256"
                    )
                ]
            }
            guard keys.allSatisfy({ $0["kid"]?.stringValue != nil && $0["alg"]?.stringValue != nil }) else {
                return [
                    .warning(
                        name,
                        "a key has no kid or no alg: some services cannot choose it",
                        mend: "give each key both where it is made"
                    )
                ]
            }
            return [.ok(name, "\(keys.count) \(keys.count == 1 ? "key" : "keys"), each with kid and alg")]
        }
    }
}
