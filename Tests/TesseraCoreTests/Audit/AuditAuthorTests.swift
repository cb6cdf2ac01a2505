import JOSE
import Passwords
import TestSupport
import Testing

@testable import TesseraCore

/// Who did it is told for every change that an operator can ask for.
struct AuditAuthorTests {
    private let boss = Author.administrator(accountID: "boss-id")

    /// Every command that changes something, in an order in which each finds what it needs.
    private func changes(in directory: String, session: String, key: String) -> [any AdministrationCommand] {
        let secret = Secret(TestDomain.password)
        let row = ImportAccounts.Row(
            username: "carol",
            passwordHash: Secret("$2b$10$K1.OiXeVn3Gmk7T1aMiw6eYbzk6JpNeyNOCGpC4gVxwe5GEvKRHRO"),
            email: nil,
            roles: []
        )
        return [
            AddAccount(username: "bob", email: nil, roles: [], password: secret), ImportAccounts([row]),
            RevokeSession(id: session), RevokeSessionsOfAccount(username: "alice"),
            SetPassword(username: "bob", password: secret), SetAccountDisabled(username: "bob", disabled: true),
            SetAccountDisabled(username: "bob", disabled: false), RemoveAccount(username: "bob"),
            AddClient(
                id: "robot",
                displayName: nil,
                confidential: true,
                grants: ["client_credentials"],
                scopes: [],
                audiences: [],
                origins: [],
                redirectURIs: []
            ),
            RotateClientSecret(id: "robot"), RemoveClient(id: "robot"),
            RotateSigningKey(algorithm: "ES384", immediately: false),
            RotateSigningKey(algorithm: "ES256", immediately: true), RevokeSigningKey(id: key),
            BackUp(path: directory + "/copy", replacing: false), ReadAudit(),
        ]
    }

    private static let readers = [
        ListAccounts.name, ShowAccount.name, ListClients.name, ShowClient.name, ListSessions.name,
        ListSigningKeys.name, VerifyAudit.name, Diagnose.name, FindAdministrator.name,
    ]

    @Test func `every row that an administrator's command writes names the administrator`() async throws {
        let test = try await TestDomain()
        let response = try await test.logIn()
        let session = try #require(try test.verified(response.accessToken).sessionID)
        let key = try #require(try await test.domain.keyRing.list().first?.id)
        await test.domain.audit.seal()
        let before = try #require(test.domain.audit.head?.number)
        let administration = LocalAdministration(test.domain, by: boss)
        let commands = changes(in: test.directory, session: session, key: key)
        for command in commands { _ = try await administration.perform(command) }
        await test.domain.audit.seal()
        let rows = try await test.domain.storage.auditLinks(AuditQuery(after: before, limit: 1000)).map(\.row)
        #expect(rows.count >= commands.count)
        for row in rows {
            let detail = row.detail ?? "nothing"
            #expect(detail.hasSuffix("by administrator boss-id"), "\(row.event): \(detail)")
        }
        // A new command is in one of the two lists, or this fails.
        let known = Set(commands.map { type(of: $0).name } + Self.readers)
        #expect(known == Set(AdministrationCatalogue.names))
    }

    @Test func `what the command line, the first start and the key ring do by themselves is told apart`() async throws {
        let test = try await TestDomain()
        await test.domain.audit.seal()
        let rows = try await test.domain.storage.auditLinks(AuditQuery(after: 0, limit: 1000)).map(\.row)
        #expect(rows.filter { $0.event == "account_added" }.allSatisfy { $0.detail == "by the command line" })
        #expect(rows.first { $0.event == "signing_key_added" }?.detail?.contains("by ") == false)
        #expect(Author.firstStart.description == "the first start")
        #expect(Author.application("shop").description == "the application shop")
    }
}
