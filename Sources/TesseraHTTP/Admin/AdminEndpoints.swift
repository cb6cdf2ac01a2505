internal import BearerAuth
internal import BearerAuthHummingbird
internal import HTTPTypes
internal import Hummingbird
internal import JOSE
internal import Passwords
internal import TesseraCore

/// `/admin`: the operator's commands over HTTP.
///
/// The token must have the scope `admin`, and the account the role `admin` in the database now: whoever holds a shared
/// signing secret can write any scope into a token, but no role into the database.
struct AdminEndpoints: Sendable {
    let domain: Domain
    let accounts: AccountService
    let bodies: RequestBodies

    /// Carries out a command for an administrator, and answers with its reply.
    func perform<Command: AdministrationCommand>(
        _ context: SignedInContext,
        status: HTTPResponse.Status = .ok,
        _ command: () async throws -> Command,
        json: (Command.Reply) -> JSONValue
    ) async throws -> Response {
        let administrator = try await administrator(context)
        let command = try await command()
        let reply: Command.Reply
        do {
            let author = Author.administrator(accountID: administrator.id)
            reply = try await LocalAdministration(domain, by: author).perform(command)
        } catch {
            throw Problem(error)
        }
        return Response(json: json(reply), status: status)
    }

    /// Carries out a command that answers nothing but that it was done.
    func perform<Command: AdministrationCommand>(
        _ context: SignedInContext,
        _ command: () async throws -> Command
    ) async throws -> Response where Command.Reply == Done {
        var response = try await perform(context, status: .noContent, command) { _ in .null }
        response.body = ResponseBody()
        response.headers[.contentType] = nil
        return response
    }

    func members(_ request: Request) async throws -> RequestMembers {
        RequestMembers(try await bodies.json(of: request))
    }

    /// The account that asks, by its session and not by what the token says of itself.
    private func administrator(_ context: SignedInContext) async throws(Problem) -> Account {
        let account = try await accounts.current(context).account
        guard account.roles.contains(where: { $0.utf8.elementsEqual(RoleTable.administrator.utf8) }) else {
            throw Problem(
                .forbidden,
                code: "insufficient_scope",
                "Only an administrator may do this.",
                headers: [.wwwAuthenticate: "Bearer realm=\"tessera\", error=\"insufficient_scope\", scope=\"admin\""],
                reason: "role_missing"
            )
        }
        return account
    }
}

extension Problem {
    /// The one answer to a command that was not carried out.
    init(_ error: AdministrationError) {
        switch error.code {
        case .notFound: self.init(.notFound, code: "not_found", error.message)
        case .taken: self.init(.conflict, code: "taken", error.message)
        case .invalid: self.init(.unprocessableContent, code: "invalid", error.message)
        case .unavailable: self = .unavailable(retryAfter: 1, reason: error.message)
        }
    }
}
