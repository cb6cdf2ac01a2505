import JOSE
import Testing

@Suite struct `A scope` {
    @Test func `is a text split at spaces, and keeps each value once, in order`() {
        #expect(Scope(parsing: "b  a b")?.values == ["b", "a"])
        #expect(Scope(parsing: " b a ")?.text == "b a")
        #expect(Scope(parsing: "")?.isEmpty == true)
        #expect(Scope(["b", "a", "b"]).description == "b a")
    }

    @Test(arguments: ["a\"b", "a\\b", "ä", "a\tb", "a\u{0}b", "a\u{7F}b", "\u{212A}"])
    func `with a character outside the grammar is refused`(_ text: String) {
        #expect(Scope(parsing: text) == nil)
        #expect(!Scope.isValue(text))
    }

    @Test func `is bounded`() {
        #expect(Scope(parsing: (0..<64).map { "s\($0)" }.joined(separator: " ")) != nil)
        #expect(Scope(parsing: (0..<65).map { "s\($0)" }.joined(separator: " ")) == nil)
        #expect(Scope.isValue(String(repeating: "x", count: 256)))
        #expect(!Scope.isValue(String(repeating: "x", count: 257)))
        #expect(!Scope.isValue(""))
        #expect(!Scope.isValue("a b"))
    }

    @Test func `has values that are compared byte for byte`() {
        let scope: Scope = ["caf\u{E9}", "a", "a"]
        #expect(scope.values.count == 2)
        #expect(scope.contains("caf\u{E9}"))
        #expect(!scope.contains("cafe\u{301}"))
        #expect(!scope.contains("A"))
        #expect(scope != ["cafe\u{301}", "a"])
        #expect((["caf\u{E9}", "cafe\u{301}"] as Scope).values.count == 2)
    }

    @Test func `is a set: the order makes no difference`() {
        let scope: Scope = ["a", "b"]
        #expect(scope == ["b", "a"])
        #expect(scope.hashValue == (["b", "a"] as Scope).hashValue)
        #expect(scope != ["a"])
        #expect(scope != ["a", "c"])
        #expect((["ab", "c"] as Scope).hashValue != (["a", "bc"] as Scope).hashValue)
    }

    @Test func `contains others, and is cut, parted and joined in its own order`() {
        let scope: Scope = ["c", "a", "b"]
        #expect(scope.isSuperset(of: ["a", "b"]))
        #expect(scope.isSuperset(of: []))
        #expect(!scope.isSuperset(of: ["a", "d"]))
        #expect((["b"] as Scope).isSubset(of: scope))
        #expect(!scope.isSubset(of: ["a", "b"]))
        #expect(scope.intersection(["b", "c", "d"]).values == ["c", "b"])
        #expect(scope.subtracting(["a"]).values == ["c", "b"])
        #expect(scope.union(["d", "a"]).values == ["c", "a", "b", "d"])
    }

    @Test func `of a token is that of scope, or of scp where there is no scope`() throws {
        func scope(_ claims: JSONObject) throws -> Scope {
            let key = try Forge.hs256()
            return try Forge.verifier(.any, key.verifyingKey).verify(Forge.claims(claims.text, signedBy: key)).scope
        }
        #expect(try scope(["scope": "a b"]).values == ["a", "b"])
        #expect(try scope(["scope": ["a", "b c"]]).values == ["a", "b", "c"])
        #expect(try scope(["scp": ["a", "b", "a"]]).values == ["a", "b"])
        #expect(try scope(["scp": "x", "scope": "a"]).values == ["a"])
        #expect(try scope([:]).isEmpty)
    }
}
