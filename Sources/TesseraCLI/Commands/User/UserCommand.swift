import ArgumentParser
import JOSE
import Passwords
import TesseraCore

/// `tessera user …`: accounts.
struct UserCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user",
        abstract: "Add, show, change and remove accounts.",
        discussion: """
            Works beside a running server and without one.

            Example:
              tessera user list
            """,
        subcommands: [
            Add.self, List.self, Show.self, Disable.self, Enable.self, SetPassword.self, Remove.self, Import.self,
        ]
    )
}

extension UserCommand {
    /// `tessera user add`.
    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make an account.",
            discussion: """
                Asks for the password unless --password-stdin or --secret-file says where it is.

                Example:
                  tessera user add bob --role admin --secret-file password.txt
                """
        )

        @Argument(help: "The user name: 1 to 64 characters.")
        var name: String

        @Option(help: "The e-mail address.")
        var email: String?

        @Option(help: "A configured role; may be repeated.")
        var role: [String] = []

        @OptionGroup var password: PasswordOptions
        @OptionGroup var data: DataOptions

        @Flag(help: "Print the account as JSON.")
        var json = false

        func run() async throws {
            let secret = try Secret(password.password(for: name))
            let command = AddAccount(username: name, email: email, roles: role, password: secret)
            let account = try await AdministrationAccess.with(data) { server throws(AdministrationError) in
                try await server.perform(command)
            }
            if json {
                try Console.result(RecordFormat.json(account).text)
            } else {
                Console.say("Added \(TextLogHandler.printable(account.username)), id \(account.id).")
            }
        }
    }

    /// `tessera user list`.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the accounts by name.",
            discussion: """
                Example:
                  tessera user list --json
                """
        )

        @Flag(help: "Print a JSON array.")
        var json = false

        @OptionGroup var data: DataOptions

        func run() async throws {
            let accounts = try await AdministrationAccess.with(data) { server throws(AdministrationError) in
                var accounts: [AccountRecord] = []
                while true {
                    let page = try await server.perform(ListAccounts(after: accounts.last?.username))
                    accounts += page
                    if page.count < 1000 { return accounts }
                }
            }
            if json {
                try Console.result(JSONValue.array(accounts.map(RecordFormat.json)).text)
                return
            }
            var table = TextTable(["NAME", "ID", "STATE", "CREATED", "ROLES", "EMAIL"])
            for account in accounts {
                table.add([
                    account.username, account.id, account.disabled ? "disabled" : "enabled",
                    RecordFormat.time(account.createdAt),
                    account.roles.isEmpty ? "-" : account.roles.joined(separator: " "), account.email ?? "-",
                ])
            }
            try Console.result(table.text)
        }
    }

    /// `tessera user show`.
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show one account.",
            discussion: """
                Example:
                  tessera user show alice
                """
        )

        @Argument(help: "The user name.")
        var name: String

        @Flag(help: "Print a JSON object.")
        var json = false

        @OptionGroup var data: DataOptions

        func run() async throws {
            let command = ShowAccount(username: name)
            let account = try await AdministrationAccess.with(data) { server throws(AdministrationError) in
                try await server.perform(command)
            }
            let record = RecordFormat.json(account)
            try Console.result(json ? record.text : RecordFormat.lines(record))
        }
    }
}
