import JOSE
import Passwords
import TestSupport
import Testing

@testable import TesseraCore

struct AdministrationTests {
    @Test func `a command travels as JSON and its answer comes back`() async throws {
        let test = try await TestDomain()
        let command = AddAccount(
            username: "bob",
            email: "bob@example.org",
            roles: ["reader"],
            password: Secret(TestDomain.password)
        )
        let reply = try await AdministrationCatalogue.perform(
            AddAccount.name,
            arguments: try JSONValue(encoding: command),
            in: test.domain
        )
        let record = try reply.decode(AccountRecord.self)
        #expect(record.username == "bob")
        #expect(record.roles == ["reader"])
        let listed = try await AdministrationCatalogue.perform(
            ListAccounts.name,
            arguments: try JSONValue(encoding: ListAccounts()),
            in: test.domain
        )
        #expect(try listed.decode([AccountRecord].self).map(\.username) == ["admin", "alice", "bob"])
    }

    @Test func `an unknown command and arguments of another shape are refused`() async throws {
        let test = try await TestDomain()
        for (name, arguments) in [
            ("user.explode", JSONValue.object([:])), ("user.show", JSONValue.object(["who": "x"])),
        ] {
            let error = await #expect(throws: AdministrationError.self) {
                try await AdministrationCatalogue.perform(name, arguments: arguments, in: test.domain)
            }
            #expect(error?.code == .invalid)
        }
    }

    @Test func `every command has a name of its own`() {
        #expect(Set(AdministrationCatalogue.names).count == AdministrationCatalogue.names.count)
        #expect(AdministrationCatalogue.names.count == 23)
    }

    @Test func `a role that is not configured is an error that names those that are`() async throws {
        let test = try await TestDomain()
        let error = await #expect(throws: AdministrationError.self) {
            try await LocalAdministration(test.domain).perform(
                AddAccount(username: "bob", email: nil, roles: ["owner"], password: Secret(TestDomain.password))
            )
        }
        #expect(error?.message.contains("editor") == true)
    }

    @Test func `an import reports each rejected row and takes the rest`() async throws {
        let test = try await TestDomain()
        let good = try PasswordHasher(memory: 64, passes: 1).hash(Password("whatever it was")).encoded
        func row(_ name: String, _ hash: String, roles: [String] = []) -> ImportAccounts.Row {
            ImportAccounts.Row(username: name, passwordHash: Secret(hash), email: nil, roles: roles)
        }
        let answers = try await LocalAdministration(test.domain).perform(
            ImportAccounts([
                row("one", good), row("two", "$5$unknown"), row("alice", good), row(" three", good),
                row("four", good, roles: ["owner"]),
                row("five", "$argon2id$v=19$m=999999999,t=1,p=1$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAA"),
                row("six", good),
            ])
        )
        #expect(answers.map { $0 == nil } == [true, false, false, false, false, false, true])
        _ = try await test.logIn("six", password: "whatever it was")
    }

    @Test func `what an operator sees holds no secret`() async throws {
        let test = try await TestDomain()
        _ = try await test.logIn()
        _ = try await test.addClient("robot")
        var seen = ""
        for name in [ListAccounts.name, ListClients.name, ListSessions.name, ListSigningKeys.name] {
            let arguments = name == ListAccounts.name ? try JSONValue(encoding: ListAccounts()) : .object([:])
            seen += try await AdministrationCatalogue.perform(name, arguments: arguments, in: test.domain).text
        }
        for secret in ["argon2", "digest", "tsr_", "tcs_", "sealed", "salt", "handle"] {
            #expect(!seen.contains(secret), "\(secret)")
        }
    }

    @Test func `the built-in client cannot be removed`() async throws {
        let test = try await TestDomain()
        await #expect(throws: AdministrationError.self) {
            try await LocalAdministration(test.domain).perform(RemoveClient(id: "tessera"))
        }
    }
}
