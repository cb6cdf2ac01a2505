public import BearerAuth
public import Hummingbird

extension RouterMethods {
    /// A group whose routes need a token; its context's `token` is never missing.
    ///
    /// ```swift
    /// let api = router.protected(by: auth)
    /// api.get("me") { _, context in context.token.subject }
    /// ```
    ///
    /// A request without a token gets 401 and a bare challenge, one with a bad token 401 `invalid_token`.
    ///
    /// - Parameters:
    ///   - auth: What checks the tokens.
    ///   - path: The beginning of the group's paths.
    /// - Returns: The group.
    public func protected(by auth: BearerAuth, _ path: RouterPath = "") -> RouterGroup<Authenticated<Context>> {
        CheckedRoutes(base: self, check: AuthenticationCheck(auth: auth)).group(path)
    }

    /// A group whose routes are for everybody; its context's `token` is nil where the request brings none.
    ///
    /// A bad token is refused all the same: its sender believes to be known.
    ///
    /// - Parameters:
    ///   - auth: What checks the tokens.
    ///   - path: The beginning of the group's paths.
    /// - Returns: The group.
    public func identified(by auth: BearerAuth, _ path: RouterPath = "") -> RouterGroup<Identified<Context>> {
        CheckedRoutes(base: self, check: IdentificationCheck(auth: auth)).group(path)
    }
}

extension RouterMethods where Context: AuthenticatedContext {
    /// A group whose routes need all of these scope values; otherwise 403 `insufficient_scope`, which names them.
    public func requiring(_ scope: String...) -> RouterGroup<Context> {
        requiring(.all(scope))
    }

    /// A group whose routes need one of these scope values.
    public func requiring(any scope: [String]) -> RouterGroup<Context> {
        requiring(.any(scope))
    }

    /// A group whose routes need a token that meets a rule of the app's own.
    public func requiring(
        where holds: @escaping @Sendable (AuthenticatedToken) -> Bool
    ) -> RouterGroup<Context> {
        requiring(.where(holds))
    }

    /// A group whose routes need a token that meets the requirement.
    public func requiring(_ requirement: ScopeRequirement) -> RouterGroup<Context> {
        CheckedRoutes(base: self, check: ScopeCheck(requirement: requirement)).group()
    }
}
