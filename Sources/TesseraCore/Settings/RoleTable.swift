public import JOSE

/// Which scopes each role gives.
public struct RoleTable: Sendable, Hashable {
    /// The role that always exists and may administer the server.
    public static let administrator = "admin"
    /// The scope that `/admin` asks for; granted only when it is named.
    public static let administratorScope = "admin"

    private let scopesOfRole: [String: [String]]

    /// Makes a table from what the configuration lists; `admin: ["*"]` is part of every table.
    public init(_ roles: [String: [String]] = [:]) {
        var all = roles
        all[Self.administrator, default: []].append("*")
        self.scopesOfRole = all
    }

    /// The roles' names, sorted.
    public var names: [String] { scopesOfRole.keys.sorted() }

    /// Whether a role is configured.
    public func contains(_ role: String) -> Bool {
        scopesOfRole.keys.contains { $0.utf8.elementsEqual(role.utf8) }
    }

    /// Every scope that some role names, and `admin`; `*` itself is not one.
    public var configuredScopes: Scope {
        Scope(names.flatMap { scopesOfRole[$0] ?? [] }.filter { $0 != "*" } + [Self.administratorScope])
    }

    /// What the roles give together; `*` is expanded to every configured scope and `admin`.
    public func scopes(of roles: some Sequence<String>) -> Scope {
        let named = roles.flatMap { scopesOfRole[$0] ?? [] }
        return Scope(named.filter { $0 != "*" }).union(named.contains("*") ? configuredScopes : [])
    }

    /// What a log-in that asks for no scope gets: all that its roles give, except `admin`.
    public func defaultScopes(of roles: some Sequence<String>) -> Scope {
        scopes(of: roles).subtracting([Self.administratorScope])
    }
}
