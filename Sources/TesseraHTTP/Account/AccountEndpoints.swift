internal import BearerAuth
internal import BearerAuthHummingbird
internal import HTTPTypes
internal import Hummingbird
internal import JOSE
internal import Passwords
internal import TesseraCore

/// `/users`: registration, and what people do with their own account.
struct AccountEndpoints: Sendable {
    let accounts: AccountService
    let bodies: RequestBodies

    func register(_ request: Request, _ context: ServerContext) async throws -> Response {
        let members = RequestMembers(try await bodies.json(of: request))
        try members.requireNoOther("username", "password", "email")
        let username = try members.string("username")
        let password = Password(try members.string("password"))
        let email = try members.optionalString("email")
        let account = try await refusable { () async throws(AccountService.Refusal) in
            try await accounts.register(
                username: username,
                password: password,
                email: email,
                address: context.address
            )
        }
        return Response(json: Self.json(account, scope: nil), status: .created)
    }

    func show(_ context: SignedInContext) async throws -> Response {
        let current = try await accounts.current(context)
        return Response(json: Self.json(current.account, scope: context.token.token.scopes.joined(separator: " ")))
    }

    func changeEmail(_ request: Request, _ context: SignedInContext) async throws -> Response {
        let current = try await accounts.current(context)
        let members = RequestMembers(try await bodies.json(of: request))
        try members.requireOnly("email")
        let email = try members.optionalString("email")
        let account = try await refusable { () async throws(AccountService.Refusal) in
            try await accounts.changeEmail(current, to: email)
        }
        return Response(json: Self.json(account, scope: context.token.token.scopes.joined(separator: " ")))
    }

    func changePassword(_ request: Request, _ context: SignedInContext) async throws -> Response {
        let current = try await accounts.current(context)
        let members = RequestMembers(try await bodies.json(of: request))
        try members.requireNoOther("current_password", "new_password")
        let old = Password(try members.string("current_password"))
        let new = Password(try members.string("new_password"))
        try await refusable { () async throws(AccountService.Refusal) in
            try await accounts.changePassword(current, from: old, to: new, address: context.parent.address)
        }
        return .noContent
    }

    func remove(_ context: SignedInContext) async throws -> Response {
        let current = try await accounts.current(context)
        try await refusable { () async throws(AccountService.Refusal) in try await accounts.remove(current) }
        return .noContent
    }

    func sessions(_ context: SignedInContext) async throws -> Response {
        let current = try await accounts.current(context)
        let sessions = try await refusable { () async throws(AccountService.Refusal) in
            try await accounts.sessions(current)
        }
        return Response(json: .array(sessions.map { Self.json($0, current: current.session.id) }))
    }

    func endSession(_ context: SignedInContext) async throws -> Response {
        let current = try await accounts.current(context)
        let id = try context.parent.pathParameter("id")
        let existed = try await refusable { () async throws(AccountService.Refusal) in
            try await accounts.endSession(id, of: current)
        }
        guard existed else { throw Problem(.notFound, code: "not_found", "There is no such session.") }
        return .noContent
    }

    func endAllSessions(_ context: SignedInContext) async throws -> Response {
        let current = try await accounts.current(context)
        try await refusable { () async throws(AccountService.Refusal) in try await accounts.endAllSessions(current) }
        return .noContent
    }

    private func refusable<Value>(
        _ body: () async throws(AccountService.Refusal) -> Value
    ) async throws(Problem) -> Value {
        do {
            return try await body()
        } catch {
            throw Problem(error)
        }
    }

    private static func json(_ account: Account, scope: String?) -> JSONValue {
        var json: JSONObject = [
            "id": .string(account.id),
            "username": .string(account.username),
            "email": account.email.map { .string($0) } ?? .null,
            "roles": .array(account.roles.map { .string($0) }),
        ]
        if let scope { json["scope"] = .string(scope) }
        json["created_at"] = .string(account.createdAt.text)
        return .object(json)
    }

    private static func json(_ session: Session, current: String) -> JSONValue {
        [
            "id": .string(session.id),
            "client_id": .string(session.clientID),
            "scope": .string(session.scope.text),
            "current": .bool(session.id.utf8.elementsEqual(current.utf8)),
            "authenticated_at": .string(session.authenticatedAt.text),
            "refreshed_at": .string(session.refresh.rotatedAt.text),
            "expires_at": .string(min(session.expiresAt, session.idleExpiresAt).text),
        ]
    }
}
