public import JOSE

/// Every command by its name: how one that arrives as JSON is carried out.
public enum AdministrationCatalogue {
    private static let commands: [any AdministrationCommand.Type] = [
        AddAccount.self, ImportAccounts.self, ListAccounts.self, ShowAccount.self, SetAccountDisabled.self,
        SetPassword.self, RemoveAccount.self, FindAdministrator.self,
        AddClient.self, ListClients.self, ShowClient.self, RotateClientSecret.self, RemoveClient.self,
        ListSessions.self, RevokeSession.self, RevokeSessionsOfAccount.self,
        ListSigningKeys.self, RotateSigningKey.self, RevokeSigningKey.self,
        ReadAudit.self, VerifyAudit.self, BackUp.self,
        Diagnose.self,
    ]

    /// The names of all commands.
    public static var names: [String] { commands.map { $0.name } }

    /// Carries out the command of a name with its JSON arguments; answers its reply as JSON.
    /// - Throws: `AdministrationError`; `invalid` for an unknown name or arguments of another shape.
    public static func perform(
        _ name: String,
        arguments: JSONValue,
        in domain: Domain
    ) async throws(AdministrationError) -> JSONValue {
        guard let command = commands.first(where: { $0.name == name }) else {
            throw AdministrationError(.invalid, "There is no command of that name; is the server of another version?")
        }
        return try await perform(command, arguments, domain)
    }

    private static func perform<Command: AdministrationCommand>(
        _ type: Command.Type,
        _ arguments: JSONValue,
        _ domain: Domain
    ) async throws(AdministrationError) -> JSONValue {
        let command: Command
        do {
            command = try arguments.decode(Command.self)
        } catch {
            throw AdministrationError(.invalid, "The arguments of \(type.name) do not have the expected members.")
        }
        let reply = try await command.run(in: domain)
        do {
            return try JSONValue(encoding: reply)
        } catch {
            throw AdministrationError(.unavailable, "The answer could not be written.")
        }
    }
}

/// The reply of a command that answers nothing but that it was done.
public struct Done: Codable, Sendable, Hashable {
    /// Makes the reply.
    public init() {}
}
