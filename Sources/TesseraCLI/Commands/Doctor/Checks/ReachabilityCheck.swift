import TesseraCore

/// Whether the server answers under the URL that everybody uses.
struct ReachabilityCheck: DoctorCheck {
    static let name = "reachable"

    func findings(_ patient: Patient) -> [Finding] {
        guard let view = patient.view else { return [] }
        switch view.metadata {
        case .failure(let failure):
            return [
                .fault(
                    name,
                    "\(patient.url) cannot be asked: \(failure.reason)",
                    mend: failure.isTLS
                        ? "see `certificate`; a private authority is named with --certificate-authority FILE"
                        : "start the server (tessera serve), or name the URL that reaches it: tessera doctor URL"
                )
            ]
        case .success(let page) where page.status != 200 || page.json == nil:
            return [
                .fault(
                    name,
                    "\(page.url) answers \(page.status)\(page.json == nil ? " and no JSON object" : "")",
                    mend:
                        "let the proxy hand /.well-known/ on to \(patient.configuration?.listen.description ?? "the server")"
                )
            ]
        case .success(let page):
            let time = page.answeredAt.milliseconds(since: page.askedAt)
            return [.ok(name, "\(patient.url) answered in \(max(0, time)) ms")]
        }
    }
}
