import ArgumentParser

/// The root of all commands.
struct Tessera: AsyncParsableCommand {
    /// This version's number.
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "tessera",
        abstract: "Issues, verifies, refreshes and revokes JSON Web Tokens.",
        discussion: """
            Exit status: 0 done, 1 the answer is "no", 2 wrong usage or configuration, 3 could not do it.

            Example:
              tessera jwk generate --algorithm ES256
            """,
        version: version,
        subcommands: [
            ServeCommand.self, ConfigCommand.self, UserCommand.self, ClientCommand.self, SessionCommand.self,
            SigningKeyCommand.self, AuditCommand.self, BackupCommand.self, RestoreCommand.self,
            MigrateCommand.self, MoveCommand.self, MasterKeyCommand.self, DoctorCommand.self, HealthCommand.self,
            KeyCommand.self, TokenCommand.self,
        ]
    )
}
