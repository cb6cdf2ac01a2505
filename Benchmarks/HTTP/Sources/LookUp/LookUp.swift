import BearerAuth
import BearerAuthTesting
import CAllocationCount
import HTTPTypes
import JOSE

/// What it costs to hold a token against the revocations that are known: heap blocks and time for one request, with no
/// revocation and with ever more of them, of every kind.
@main
struct LookUp {
    static func main() async throws {
        let issuer = try await HTTPTestIssuer()
        let auth = try BearerAuth(issuer: issuer.url, audience: "api")
        let token = try issuer.tokens.token(adding: ["sid": "s-mine", "client_id": "robot"])
        let fields: HTTPFields = [.authorization: "Bearer \(token)"]
        let service = Task { try await auth.run() }
        var known = 0
        for count in [0, 1_000, 100_000] {
            for number in known..<count {
                issuer.revoke(session: "s\(number)")
                issuer.revoke(token: "t\(number)")
            }
            if known == 0, count > 0 {
                issuer.revoke(subject: "somebody else")
                issuer.revoke(client: "another")
            }
            known = count
            let expected = count == 0 ? 0 : 2 * count + 2
            while try await auth.authenticate(fields, method: .get, url: "/") == nil
                || (auth.issuers.first?.revocationCount ?? 0) < expected
            {
                try await Task.sleep(for: .milliseconds(50))
            }
            let (blocks, nanoseconds) = try cost(of: auth, fields)
            print("\(expected) revocations: \(blocks) heap blocks and \(nanoseconds) ns a request")
        }
        service.cancel()
    }

    private static func cost(of auth: BearerAuth, _ fields: HTTPFields) throws -> (Double, Int) {
        let repetitions = 20_000
        func run() throws {
            for _ in 0..<repetitions { _ = try auth.authenticate(fields, method: .get, target: "/") }
        }
        try run()
        let before = allocation_count()
        try run()
        let blocks = Double(allocation_count() - before) / Double(repetitions)
        let times = try (0..<9).map { _ in try ContinuousClock().measure { try run() } }.sorted()
        return (blocks, Int(times[4].components.attoseconds / 1_000_000_000) / repetitions)
    }
}
