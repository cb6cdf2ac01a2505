import Yams

/// What each role may ask for: role → scopes, in the order of the configuration.
struct RoleTable: Equatable, Sendable {
    /// The role that always exists, and the scope that stands for all scopes.
    static let administrator = "admin"
    static let everything = "*"

    private(set) var scopes: [String: [String]]

    /// The table that holds without any configuration.
    static let standard = RoleTable(adding: [:])

    /// Adds what was configured to the administrator's role.
    init(adding configured: [String: [String]]) {
        scopes = configured
        let own = configured[Self.administrator, default: []].filter { $0 != Self.everything }
        scopes[Self.administrator] = [Self.everything] + own
    }
}

extension ValueFormat where Value == RoleTable {
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
            return RoleTable(adding: table)
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

    /// RFC 6749 §3.3: printable ASCII but for the space, the quotation mark and the backslash.
    private static func isScope(_ text: String) -> Bool {
        (1...128).contains(text.utf8.count)
            && text.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C }
    }

    private static func isRole(_ text: String) -> Bool { text.utf8.count <= 64 && isScope(text) }
}
