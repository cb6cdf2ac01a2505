import JOSE
import Testing

@testable import TesseraCore

struct ScopeAndRoleTests {
    let roles = RoleTable(["editor": ["articles:read", "articles:write"], "reader": ["articles:read"]])

    @Test func `the star of the administrator is every configured scope and admin, and never itself`() {
        let scopes = roles.scopes(of: ["admin"])
        #expect(Set(scopes.values) == ["articles:read", "articles:write", "admin"])
    }

    @Test func `admin is granted only when it is asked for`() {
        #expect(!roles.defaultScopes(of: ["admin"]).contains("admin"))
        #expect(roles.scopes(of: ["admin"]).contains("admin"))
    }

    @Test func `a user with no role has an empty scope`() {
        #expect(roles.defaultScopes(of: [] as [String]).isEmpty)
        #expect(roles.scopes(of: ["nobody"]).isEmpty)
    }

    @Test func `the file adds to the administrator's role`() {
        let table = RoleTable(["admin": ["billing"]])
        #expect(Set(table.scopes(of: ["admin"]).values) == ["billing", "admin"])
    }
}
