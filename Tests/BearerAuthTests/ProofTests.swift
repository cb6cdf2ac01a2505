import BearerAuth
import BearerAuthHummingbird
import BearerAuthTesting
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import JOSE
import Testing

/// Tokens that are bound to a client's key (RFC 9449 §7).
@Suite struct ProofTests {
    private let issuer: TestIssuer
    private let auth: BearerAuth
    private let client: DPoPSigner
    private let token: String
    private let url = "https://api.example/orders"

    init() throws {
        let issuer = try TestIssuer.orders()
        client = try DPoPSigner(try SigningKey.generate(.es256), clock: issuer.clock)
        var options = BearerAuth.Options(realm: "orders")
        options.resource = ProtectedResource("https://api.example")
        options.dpop = DPoPVerifier(algorithms: [.es256], replays: InMemoryReplayStore(), clock: issuer.clock)
        auth = issuer.auth(options: options)
        token = try issuer.order(adding: ["cnf": ["jkt": .string(client.thumbprint)]])
        self.issuer = issuer
    }

    private func fields(_ authorization: String, _ proofs: String...) -> HTTPFields {
        var fields: HTTPFields = [.authorization: authorization]
        guard let name = HTTPField.Name("dpop") else { return fields }
        for proof in proofs { fields.append(HTTPField(name: name, value: proof)) }
        return fields
    }

    private func failure(_ fields: HTTPFields, url: String = "/orders?page=2") async -> BearerFailure? {
        do throws(BearerFailure) {
            _ = try await auth.authenticate(fields, method: .get, url: url)
            return nil
        } catch {
            return error
        }
    }

    private func proof() throws -> String {
        try client.proof(method: "GET", url: url, accessToken: token)
    }

    @Test(arguments: ["DPoP", "dpop", "DPOP"])
    func `a bound token passes with its proof, once`(scheme: String) async throws {
        let fields = fields("\(scheme) \(token)", try proof())
        #expect(try await auth.authenticate(fields, method: .get, url: "/orders?page=2")?.subject == "u1")
        let replayed = await failure(fields)
        #expect(replayed?.reason?.code == .replayed)
        #expect(replayed?.status == .unauthorized)
        #expect(replayed?.challenges == [#"DPoP realm="orders", error="invalid_dpop_proof", "# + Self.rest])
    }

    private static let rest =
        #"resource_metadata="https://api.example/.well-known/oauth-protected-resource", algs="ES256""#

    @Test func `a bound token as Bearer is 401`() async throws {
        let failure = await failure(fields("Bearer \(token)", try proof()))
        #expect(failure?.status == .unauthorized)
        #expect(failure?.code == .invalidToken)
        #expect(failure?.reason?.claim == "cnf")
        #expect(failure?.challenges.count == 2)
        #expect(failure?.challenges.last == "DPoP realm=\"orders\", " + Self.rest)
    }

    @Test func `no proof, two proofs, a moved proof, or another's are 401 invalid_dpop_proof`() async throws {
        let stranger = try DPoPSigner(try SigningKey.generate(.es256), clock: issuer.clock)
        let ed = try DPoPSigner(try SigningKey.generate(.ed25519), clock: issuer.clock)
        let good = try proof()
        let bad = [
            fields("DPoP \(token)"), fields("DPoP \(token)", good, good), fields("DPoP \(token)", "x"),
            fields("DPoP \(token)", try client.proof(method: "POST", url: url, accessToken: token)),
            fields("DPoP \(token)", try client.proof(method: "GET", url: url + "/7", accessToken: token)),
            fields(
                "DPoP \(token)",
                try client.proof(method: "GET", url: "https://evil.example/orders", accessToken: token)
            ),
            fields("DPoP \(token)", try client.proof(method: "GET", url: url)),
            fields("DPoP \(token)", try stranger.proof(method: "GET", url: url, accessToken: token)),
            fields("DPoP \(token)", try ed.proof(method: "GET", url: url, accessToken: token)),
        ]
        for fields in bad {
            let failure = await failure(fields)
            #expect(failure?.code == .invalidProof)
            #expect(failure?.status == .unauthorized)
        }
        // None of them has used the good one up.
        #expect(await failure(self.fields("DPoP \(token)", good)) == nil)
    }

    @Test func `an old proof, and one for an unbound or a revoked token, are refused`() async throws {
        let unbound = try issuer.order()
        let proofOfUnbound = try client.proof(method: "GET", url: url, accessToken: unbound)
        #expect(await failure(fields("DPoP \(unbound)", proofOfUnbound))?.code == .invalidProof)
        let old = try proof()
        issuer.advance(by: 66)
        #expect(await failure(fields("DPoP \(token)", old))?.code == .invalidProof)
        issuer.revoke(session: "s1")
        #expect(await failure(fields("DPoP \(token)", try proof()))?.reason?.code == .revoked)
    }

    @Test func `where proofs are not taken a bound token is refused either way`() async throws {
        let auth = issuer.auth
        await #expect(throws: BearerFailure.self) {
            try await auth.authenticate(fields("Bearer \(token)"), method: .get, url: "/orders")
        }
        #expect(try await auth.authenticate(fields("DPoP \(token)", proof()), method: .get, url: "/orders") == nil)
    }

    @Test func `a proof is for the service's own address, whatever Host says`() async throws {
        var options = BearerAuth.Options()
        options.dpop = DPoPVerifier(replays: InMemoryReplayStore(), clock: issuer.clock)
        let auth = issuer.auth(options: options)
        let fields = fields("DPoP \(token)", try proof())
        // Without an address of its own the caller has to give the whole URL.
        await #expect(throws: BearerFailure.self) { try await auth.authenticate(fields, method: .get, url: "/orders") }
        #expect(try await auth.authenticate(fields, method: .get, url: url)?.subject == "u1")
    }

    @Test func `a route takes a bound token over a real socket`() async throws {
        let router = Router()
        router.protected(by: auth).get("orders") { _, context in context.token.subject }
        let proof = try proof()
        try await Application(router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)))
            .test(.live) { client in
                try await client.execute(uri: "/orders", method: .get, headers: fields("DPoP \(token)", proof)) {
                    #expect(String(buffer: $0.body) == "u1")
                }
                try await client.execute(uri: "/orders", method: .get) { response in
                    #expect(response.status == .unauthorized)
                    #expect(response.headers[values: .wwwAuthenticate].count == 2)
                }
            }
    }
}
