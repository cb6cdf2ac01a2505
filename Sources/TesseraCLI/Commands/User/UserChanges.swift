import ArgumentParser
import Passwords
import TesseraCore

extension UserCommand {
    /// `tessera user disable`.
    struct Disable: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Close an account: its sessions end, and it cannot log in.",
            discussion: """
                Example:
                  tessera user disable alice
                """
        )

        @Argument(help: "The user name.")
        var name: String

        @OptionGroup var data: DataOptions

        func run() async throws {
            try await perform(SetAccountDisabled(username: name, disabled: true), data)
            Console.say("Disabled \(TextLogHandler.printable(name)).")
            try await warnWithoutAdministrator(data)
        }
    }

    /// `tessera user enable`.
    struct Enable: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Open a disabled account again.",
            discussion: """
                Example:
                  tessera user enable alice
                """
        )

        @Argument(help: "The user name.")
        var name: String

        @OptionGroup var data: DataOptions

        func run() async throws {
            try await perform(SetAccountDisabled(username: name, disabled: false), data)
            Console.say("Enabled \(TextLogHandler.printable(name)).")
        }
    }

    /// `tessera user set-password`.
    struct SetPassword: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give an account a new password; its sessions end.",
            discussion: """
                Example:
                  cat password.txt | tessera user set-password alice --password-stdin
                """
        )

        @Argument(help: "The user name.")
        var name: String

        @OptionGroup var password: PasswordOptions
        @OptionGroup var data: DataOptions

        func run() async throws {
            let secret = try Secret(password.password(for: name))
            try await perform(TesseraCore.SetPassword(username: name, password: secret), data)
            Console.say("Set the password of \(TextLogHandler.printable(name)).")
        }
    }

    /// `tessera user remove`.
    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Remove an account and end its sessions.",
            discussion: """
                Example:
                  tessera user remove alice
                """
        )

        @Argument(help: "The user name.")
        var name: String

        @OptionGroup var data: DataOptions

        func run() async throws {
            try await perform(RemoveAccount(username: name), data)
            Console.say("Removed \(TextLogHandler.printable(name)).")
            try await warnWithoutAdministrator(data)
        }
    }
}

/// Carries out a command that answers nothing.
func perform<Command: AdministrationCommand>(
    _ command: Command,
    _ data: DataOptions
) async throws(CommandFailure) where Command.Reply == Done {
    _ = try await AdministrationAccess.with(data) { server throws(AdministrationError) in
        try await server.perform(command)
    }
}

/// Says so where nobody is left who may administer over HTTP.
private func warnWithoutAdministrator(_ data: DataOptions) async throws(CommandFailure) {
    let isThere = try await AdministrationAccess.with(data) { server throws(AdministrationError) in
        try await server.perform(FindAdministrator())
    }
    guard !isThere else { return }
    Console.say(
        "No account that may log in has the role admin now; `tessera user add NAME --role admin` makes one, "
            + "`tessera user enable NAME` opens one again."
    )
}
