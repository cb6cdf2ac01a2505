import Foundation
import JOSE
import PostgreSQLTesting

/// Several nodes of the built binary on one PostgreSQL database.
struct Fleet: Sendable {
    static let password = "correct horse battery staple"

    let cluster: PostgreSQLCluster
    let database: String
    let nodes: [ServerProcess]
    let callers: [Caller]

    /// Starts nodes at once on an empty database, and adds the account `alice`.
    init(
        _ count: Int = 2,
        on cluster: PostgreSQLCluster? = nil,
        through pooler: Pooler? = nil,
        direct: Bool = false
    ) async throws {
        let cluster = try cluster ?? .shared
        let database = try cluster.makeDatabase()
        self.cluster = cluster
        self.database = database
        var environment = [
            "TESSERA_DATABASE": cluster.url(database, port: pooler?.port),
            "TESSERA_MASTER_KEY": Base64URL.encode([UInt8](repeating: 7, count: 32)),
        ]
        if direct { environment["TESSERA_DATABASE_DIRECT"] = cluster.url(database) }
        nodes = try await withThrowingTaskGroup(of: ServerProcess.self) { [environment] group in
            for _ in 0..<count {
                group.addTask {
                    try await ServerProcess(issuer: "https://id.example", environment: environment)
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        callers = nodes.map { Caller($0) }
        let added = try await nodes[0].tessera("user", "add", "alice", "--password-stdin", input: Self.password)
        guard added.status == 0 else { throw ServerProcess.StartFailure(description: added.errors) }
    }

    /// Logs alice in at a node.
    func logIn(at node: Int = 0) async throws -> Caller.Answer {
        try await callers[node].logIn("alice", Self.password)
    }

    /// What a node answers for an access token from its memory alone.
    func verify(_ token: String, at node: Int) async throws -> Int {
        try await callers[node].send("GET", "/verify", bearer: token).status
    }

    /// Asks a node again and again until it answers so; the test's time limit is the bound.
    func await(_ status: Int, of token: String, at node: Int) async throws {
        try await eventually { try await verify(token, at: node) == status }
    }

    /// Asks a node whether it is ready until the answer is this.
    func awaitReadiness(_ status: Int, at node: Int) async throws {
        try await eventually { try await callers[node].send("GET", "/health/ready").status == status }
    }

    /// The `kid`s that a node publishes.
    func keys(at node: Int) async throws -> Set<String> {
        let json = try await callers[node].send("GET", "/.well-known/jwks.json").json
        let keys = json.objectValue?["keys"]?.arrayValue ?? []
        return Set(keys.compactMap { $0.objectValue?["kid"]?.stringValue })
    }
}
