/// Whether who comes by plain HTTP is sent to HTTPS, or away.
struct PlainHTTPCheck: DoctorCheck {
    static let name = "plain-http"

    func findings(_ patient: Patient) -> [Finding] {
        guard let plain = patient.view?.plain else { return [] }
        switch plain {
        case .failure:
            return [.ok(name, "nothing answers plain HTTP")]
        case .success(let page):
            let location = page.headers["location"] ?? ""
            if (300..<400).contains(page.status), location.hasPrefix("https://") {
                return [.ok(name, "plain HTTP is sent to HTTPS")]
            }
            guard (200..<300).contains(page.status) else {
                return [.ok(name, "plain HTTP is answered with \(page.status)")]
            }
            return [
                .warning(
                    name,
                    "\(page.url) answers without TLS: a password sent there is readable on the way",
                    mend: "return 301 https://$host$request_uri;  # in nginx, for the server that listens on port 80"
                )
            ]
        }
    }
}
