/// Whether what is published may be kept for as long as key rotation counts on, and no longer.
struct CacheCheck: DoctorCheck {
    static let name = "cache-headers"
    /// A new key is published this long before it signs: twice the `max-age` that the server sends.
    private static let lead = 600

    func findings(_ patient: Patient) -> [Finding] {
        let pages = [("the metadata", patient.metadata), ("the key set", patient.keySet)]
        let found = pages.compactMap { name, page in page.flatMap { finding(name, $0) } }
        guard pages.contains(where: { $0.1 != nil }) else { return [] }
        return found.isEmpty
            ? [.ok(name, "metadata and keys may be kept for \(patient.keySet?.maximumAge ?? 0) s")] : found
    }

    private func finding(_ what: String, _ page: Page) -> Finding? {
        let directives = page.cacheControl
        if directives.contains("no-store") || directives.contains("no-cache") || directives.contains("private") {
            return .warning(
                name,
                "\(what) must not be cached (\(directives.joined(separator: ", "))): every service asks again and again",
                mend: "let the proxy leave Cache-Control as the server sends it"
            )
        }
        guard let age = page.maximumAge else {
            return .warning(
                name,
                "\(what) come without Cache-Control max-age: services keep keys for as long as they like",
                mend: "let the proxy leave Cache-Control as the server sends it"
            )
        }
        if age > Self.lead {
            return .fault(
                name,
                "\(what) may be kept for \(age) s: after a rotation services would refuse good tokens",
                mend: "let the proxy leave Cache-Control as the server sends it (max-age=300)"
            )
        }
        if page.headers["etag"] == nil {
            return .note(
                name,
                "\(what) have no ETag: each look fetches all of it",
                mend: "let the proxy leave ETag alone"
            )
        }
        return nil
    }
}
