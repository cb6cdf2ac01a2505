import JOSE
import TesseraCore
import Yams

/// What each role may ask for, as it is configured: role → scopes.
struct ConfiguredRoles: Equatable, Sendable {
    private(set) var scopes: [String: [String]]

    /// What holds without any configuration.
    static let standard = ConfiguredRoles(adding: [:])

    /// Adds what was configured to the administrator's role, which always exists and may do everything.
    init(adding configured: [String: [String]]) {
        scopes = configured
        let own = configured[RoleTable.administrator, default: []].filter { $0 != "*" }
        scopes[RoleTable.administrator] = ["*"] + own
    }
}

extension ValueFormat where Value == ConfiguredRoles {
    /// A mapping in YAML (and so JSON too): `{"editor": ["posts:read", "posts:write"]}`.
    static let roles = ValueFormat(
        expected: "a mapping of roles to lists of scopes, such as {editor: [posts:read, posts:write]}",
        parse: { text in
            guard let node = try? Yams.compose(yaml: text), let mapping = node.mapping else { return nil }
            var table: [String: [String]] = [:]
            for (name, value) in mapping {
                guard let role = name.scalar?.string, isRole(role), let scopes = scopes(in: value) else { return nil }
                table[role] = scopes
            }
            return ConfiguredRoles(adding: table)
        },
        describe: { table in
            let roles = table.scopes.sorted { $0.key < $1.key }
            let members = roles.map { role, scopes in
                "\"\(role)\":[" + scopes.map { "\"\($0)\"" }.joined(separator: ",") + "]"
            }
            return "{" + members.joined(separator: ",") + "}"
        }
    )

    private static func scopes(in node: Node) -> [String]? {
        guard let sequence = node.sequence else {
            return node.scalar.flatMap { isScope($0.string) ? [$0.string] : nil }
        }
        var scopes: [String] = []
        for element in sequence {
            guard let scope = element.scalar?.string, isScope(scope) else { return nil }
            if !scopes.contains(scope) { scopes.append(scope) }
        }
        return scopes
    }

    private static func isScope(_ text: String) -> Bool { Scope.isValue(text) }

    private static func isRole(_ text: String) -> Bool { text.utf8.count <= 64 && Scope.isValue(text) }
}
