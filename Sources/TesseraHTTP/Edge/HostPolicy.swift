internal import HTTPTypes

/// Which `Host` a request may name, when that is configured (`hosts`).
///
/// Nothing is ever built from a request's host; the check keeps a poisoned one from caches and logs before us.
struct HostPolicy: Sendable {
    private let hosts: [String]

    /// - Parameter hosts: Names with or without a port; none allows every host.
    init(_ hosts: [String]) {
        self.hosts = hosts.map { $0.lowercased() }
    }

    func check(_ authority: String?) throws(Problem) {
        guard !hosts.isEmpty else { return }
        let given = (authority ?? "").lowercased()
        let name = Self.withoutPort(given)
        guard hosts.contains(where: { $0.utf8.elementsEqual(given.utf8) || $0.utf8.elementsEqual(name.utf8) }) else {
            throw Problem(.misdirectedRequest, code: "unknown_host", "This server does not answer for that host.")
        }
    }

    /// The name of `name:port`; a port that is no number stays, so that it fits no host.
    private static func withoutPort(_ authority: String) -> Substring {
        let start = authority.lastIndex(of: "]") ?? authority.startIndex
        guard let colon = authority[start...].firstIndex(of: ":") else { return authority[...] }
        let port = authority[colon...].dropFirst()
        return port.utf8.allSatisfy { (0x30...0x39).contains($0) } && port.utf8.count <= 5
            ? authority[..<colon] : authority[...]
    }
}
