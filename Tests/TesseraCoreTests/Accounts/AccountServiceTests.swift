import JOSE
import Passwords
import TestSupport
import Testing

@testable import TesseraCore

struct AccountServiceTests {
    private func current(_ test: TestDomain, _ response: TokenResponse) async throws -> AccountService.Current {
        try await AccountService(test.domain).current(try test.verified(response.accessToken))
    }

    @Test func `the person behind a token is read from the database`() async throws {
        let test = try await TestDomain()
        let response = try await test.logIn()
        #expect(try await current(test, response).account.username == "alice")
        _ = try await LocalAdministration(test.domain).perform(SetAccountDisabled(username: "alice", disabled: true))
        await #expect(throws: AccountService.Refusal.self) { try await current(test, response) }
    }

    @Test func `a client's own token is nobody's account`() async throws {
        let test = try await TestDomain()
        let client = try await test.addClient("robot")
        let response = try await AuthorizationServer(test.domain).issueTokens(
            for: .clientCredentials(scope: nil, resources: []),
            client: client,
            address: .unix
        )
        await #expect(throws: AccountService.Refusal.self) { try await current(test, response) }
    }

    @Test func `a changed password ends all other sessions and keeps this one`() async throws {
        let test = try await TestDomain()
        let here = try await test.logIn()
        let there = try await test.logIn()
        try await AccountService(test.domain).changePassword(
            try await current(test, here),
            from: Password(TestDomain.password),
            to: Password("a new and longer passphrase"),
            address: .unix
        )
        _ = try await test.refresh(here.refreshToken)
        await #expect(throws: OAuthError.self) { try await test.refresh(there.refreshToken) }
        #expect(test.domain.revocations.isRevoked(try test.verified(there.accessToken)))
        #expect(!test.domain.revocations.isRevoked(try test.verified(here.accessToken)))
        await #expect(throws: OAuthError.self) { try await test.logIn() }
        _ = try await test.logIn(password: "a new and longer passphrase")
    }

    @Test func `a wrong current password changes nothing and is counted as a guess`() async throws {
        let test = try await TestDomain { $0.loginAttemptsPerAccount = 2 }
        let person = try await current(test, try await test.logIn())
        var kinds: [String] = []
        for _ in 0..<3 {
            do {
                try await AccountService(test.domain).changePassword(
                    person,
                    from: Password("wrong"),
                    to: Password("a new and longer passphrase"),
                    address: ClientAddress("192.0.2.1") ?? .unix
                )
            } catch {
                if case .wrongPassword = error { kinds.append("wrong") }
                if case .throttled = error { kinds.append("throttled") }
            }
        }
        #expect(kinds == ["wrong", "wrong", "throttled"])
    }

    @Test(arguments: [
        "short", "password1234", "aaaaaaaaaaaaaa", "alicealicealice", String(repeating: "x1", count: 600),
    ])
    func `a weak password is refused with the reason`(_ password: String) async throws {
        let test = try await TestDomain { $0.isRegistrationOpen = true }
        await #expect(throws: AccountService.Refusal.self) {
            try await AccountService(test.domain).register(
                username: "newcomer",
                password: Password(password),
                email: nil,
                address: .unix
            )
        }
    }

    @Test func `registration is closed unless it is opened`() async throws {
        let test = try await TestDomain()
        await #expect(throws: AccountService.Refusal.self) {
            try await AccountService(test.domain).register(
                username: "newcomer",
                password: Password(TestDomain.password),
                email: nil,
                address: .unix
            )
        }
    }

    @Test func `registration is spread over addresses: one of them cannot make accounts without end`() async throws {
        let test = try await TestDomain {
            $0.isRegistrationOpen = true
            $0.loginAttemptsPerAddress = 12
        }
        var made = 0
        var delay: Int?
        for index in 0..<40 where delay == nil {
            do {
                _ = try await AccountService(test.domain).register(
                    username: "newcomer\(index)",
                    password: Password(TestDomain.password),
                    email: nil,
                    address: ClientAddress("192.0.2.66") ?? .unix
                )
                made += 1
            } catch {
                if case .registeringTooFast(let seconds) = error { delay = seconds }
            }
        }
        #expect((delay ?? 0) >= 1)
        #expect(made >= 10)
        _ = try await AccountService(test.domain).register(
            username: "somebody-else",
            password: Password(TestDomain.password),
            email: nil,
            address: ClientAddress("198.51.100.7") ?? .unix
        )
    }

    @Test func `registrations are no wrong passwords of anybody's`() async throws {
        let test = try await TestDomain {
            $0.isRegistrationOpen = true
            $0.loginAttemptsPerAccount = 2
            $0.loginAttemptsPerAddress = 12
        }
        let address = "192.0.2.66"
        for index in 0..<10 {
            _ = try await AccountService(test.domain).register(
                username: "newcomer\(index)",
                password: Password(TestDomain.password),
                email: nil,
                address: ClientAddress(address) ?? .unix
            )
        }
        // Each has the whole budget still, and so has who was here before, from the same address.
        for name in ["newcomer0", "newcomer9", "alice"] {
            for _ in 0..<2 {
                let error = await #expect(throws: OAuthError.self) {
                    try await test.logIn(name, password: "wrong", address: address)
                }
                #expect(error?.code == .invalidGrant)
            }
        }
    }

    @Test func `an e-mail address that a person claims is changed and taken away, and never clashes`() async throws {
        let test = try await TestDomain()
        let person = try await current(test, try await test.logIn())
        let service = AccountService(test.domain)
        #expect(try await service.changeEmail(person, to: "alice@example.org").email == "alice@example.org")
        let other = try await current(test, try await test.logIn("admin"))
        for claimed in ["ALICE@example.org", "alice@example.org"] {
            #expect(try await service.changeEmail(other, to: claimed).email == claimed)
        }
        #expect(try await service.changeEmail(person, to: nil).email == nil)
    }

    @Test func `an address that an administrator assigned stays assigned while its owner says the same`() async throws {
        let test = try await TestDomain()
        let administration = LocalAdministration(test.domain)
        let password = Secret(TestDomain.password)
        func add(_ name: String, _ email: String) async throws {
            let command = AddAccount(username: name, email: email, roles: [], password: password)
            _ = try await administration.perform(command)
        }
        try await add("bob", "bob@example.org")
        let bob = try await current(test, try await test.logIn("bob"))
        _ = try await AccountService(test.domain).changeEmail(bob, to: "Bob@Example.org")
        let error = await #expect(throws: AdministrationError.self) { try await add("eve", "bob@example.org") }
        #expect(error?.code == .taken)
        _ = try await AccountService(test.domain).changeEmail(bob, to: "other@example.org")
        try await add("eve", "bob@example.org")
    }

    @Test func `sessions are listed and ended one by one or all at once`() async throws {
        let test = try await TestDomain()
        let service = AccountService(test.domain)
        let here = try await test.logIn()
        let there = try await test.logIn()
        let person = try await current(test, here)
        #expect(try await service.sessions(person).count == 2)
        let other = try #require(try test.verified(there.accessToken).sessionID)
        #expect(try await service.endSession(other, of: person))
        #expect(try await !service.endSession(other, of: person))
        #expect(try await !service.endSession("no\u{0}ne", of: person))
        #expect(try await service.sessions(person).map(\.id) == [person.session.id])
        try await service.endAllSessions(person)
        await #expect(throws: AccountService.Refusal.self) { try await current(test, here) }
    }

    @Test func `nobody ends somebody else's session`() async throws {
        let test = try await TestDomain()
        let alice = try await test.logIn()
        let admin = try await current(test, try await test.logIn("admin"))
        let id = try #require(try test.verified(alice.accessToken).sessionID)
        #expect(try await !AccountService(test.domain).endSession(id, of: admin))
        _ = try await test.refresh(alice.refreshToken)
    }

    @Test func `a removed account is gone with its tokens`() async throws {
        let test = try await TestDomain()
        let response = try await test.logIn()
        try await AccountService(test.domain).remove(try await current(test, response))
        #expect(test.domain.revocations.isRevoked(try test.verified(response.accessToken)))
        await #expect(throws: OAuthError.self) { try await test.logIn() }
    }
}
