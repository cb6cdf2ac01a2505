import Testing

@testable import TesseraCore

struct UsernameTests {
    @Test(arguments: [
        ("Alice", "ALICE"), ("straße", "STRASSE"), ("ﬁona", "fiona"), ("e\u{301}va", "éva"), ("Ａｌｉｃｅ", "alice"),
    ])
    func `look-alike and case-twin names have one form`(_ pair: (String, String)) {
        #expect(Array(Username.canonical(pair.0).utf8) == Array(Username.canonical(pair.1).utf8))
    }

    @Test func `different names stay different`() {
        #expect(Username.canonical("alice") != Username.canonical("al1ce"))
    }

    @Test func `the canonical form is a fixed point`() {
        for name in ["İstanbul", "ǅ", "ΑΣ", "ﬃ", "①", "é"] {
            let once = Username.canonical(name)
            #expect(Array(Username.canonical(once).utf8) == Array(once.utf8), "\(name)")
        }
    }

    @Test(arguments: [
        "", " alice", "alice ", "al\u{0}ice", "al\nice", "al\u{202E}ice", String(repeating: "a", count: 65), "\u{200B}",
    ])
    func `a name that could mislead is refused, not trimmed`(_ name: String) {
        #expect(Username.fault(in: name) != nil)
    }

    @Test(arguments: ["a", "alice", "alice smith", "José", "用户", String(repeating: "a", count: 64)])
    func `an honest name is fine`(_ name: String) {
        #expect(Username.fault(in: name) == nil)
    }

    @Test(arguments: [
        "alice", "alice@", "@example.org", "a b@example.org", "a@b@example.org", "a@localhost", "a@.", "a@b..c",
        "a@b.\u{202E}c",
    ])
    func `a slip in an e-mail address is caught`(_ address: String) {
        #expect(EmailAddress.fault(in: address) != nil)
    }
}
