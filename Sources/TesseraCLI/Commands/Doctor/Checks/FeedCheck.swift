/// Whether services can follow what is revoked, through whatever stands before the server.
struct FeedCheck: DoctorCheck {
    static let name = "revocation-feed"

    func findings(_ patient: Patient) -> [Finding] {
        guard let feed = patient.view?.feed else { return [] }
        let mend = "let the proxy hand /revocations on as it is, without a cache and with 40 s of patience"
        switch feed {
        case .failure(let failure):
            return [.fault(name, "the feed cannot be fetched: \(failure.reason)", mend: mend)]
        case .success(let page) where page.status != 200:
            return [.fault(name, "\(page.url) answers \(page.status)", mend: mend)]
        case .success(let page) where page.maximumAge ?? 0 > 0:
            return [.fault(name, "the feed may be cached: services would refuse revoked tokens late", mend: mend)]
        case .success:
            return [.ok(name, "services can follow what is revoked")]
        }
    }
}
