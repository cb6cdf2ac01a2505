public import JOSE

/// What a route asks of a token.
public struct ScopeRequirement: Sendable {
    private enum Rule: Sendable {
        case all
        case any
        case holds(@Sendable (AuthenticatedToken) -> Bool)
    }

    /// The scope values named in the refusal; none for a rule of the app's own.
    public let scope: Scope
    private let rule: Rule

    /// Every one of the values.
    public static func all(_ values: [String]) -> ScopeRequirement {
        ScopeRequirement(scope: Scope(values), rule: .all)
    }

    /// One of the values at least.
    public static func any(_ values: [String]) -> ScopeRequirement {
        ScopeRequirement(scope: Scope(values), rule: .any)
    }

    /// A rule of the app's own.
    public static func `where`(_ holds: @escaping @Sendable (AuthenticatedToken) -> Bool) -> ScopeRequirement {
        ScopeRequirement(scope: [], rule: .holds(holds))
    }

    /// Whether the token meets it.
    public func isMet(by token: AuthenticatedToken) -> Bool {
        switch rule {
        case .all: token.scope.isSuperset(of: scope)
        case .any: scope.values.contains(where: token.scope.contains)
        case .holds(let holds): holds(token)
        }
    }
}
