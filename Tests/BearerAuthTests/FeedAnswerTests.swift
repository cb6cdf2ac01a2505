import BearerAuthTesting
import Crypto
import JOSE
import Testing

@testable import BearerAuth

/// What a follower takes for the issuer's own word.
@Suite struct FeedAnswerTests {
    private let issuer: TestIssuer
    private let now: Int64 = 1_800_000_000

    init() throws { issuer = try TestIssuer() }

    private static func entry(_ text: String) -> JSONValue {
        .string(Base64URL.encode(Array(SHA256.hash(data: Array(text.utf8))).prefix(16)))
    }

    private func claims(_ changes: JSONObject = [:]) -> JSONObject {
        let good: JSONObject = [
            "iss": .string(issuer.issuer), "iat": .number(JSONNumber(now)), "exp": .number(JSONNumber(now + 60)),
            "cursor": "c1", "complete": true, "keep_until": .number(JSONNumber(now + 2101)),
            "sids": [Self.entry("s1")], "jtis": [], "subs": [], "clients": [],
        ]
        return good.merging(changes)
    }

    private func answer(
        _ claims: JSONObject,
        header: JSONObject = ["typ": "revocations+jwt"],
        key: SigningKey? = nil,
        asked: String? = nil
    ) throws(JWTError) -> FeedAnswer {
        let text = try JWS.sign(payload: claims.serialized(), header: header, key: key ?? issuer.key)
        return try FeedAnswer(
            Array(text.utf8),
            keys: issuer.keys,
            issuer: { $0.utf8.elementsEqual(issuer.issuer.utf8) },
            asked: asked,
            now: now
        )
    }

    private func fault(
        _ claims: JSONObject,
        header: JSONObject = ["typ": "revocations+jwt"],
        key: SigningKey? = nil,
        asked: String? = nil
    ) -> JWTError.Code? {
        do throws(JWTError) {
            _ = try answer(claims, header: header, key: key, asked: asked)
            return nil
        } catch {
            return error.code
        }
    }

    @Test func `a snapshot and a difference are read, and what is not known is ignored`() throws {
        let snapshot = try answer(claims(["new": ["member": 1]]), asked: "c0")
        #expect(snapshot.cursor == "c1")
        #expect(snapshot.after == nil)
        #expect(snapshot.revoked.count == 1)
        let difference = try answer(claims(["complete": false, "after": "c0"]), asked: "c0")
        #expect(difference.after == "c0")
        _ = try answer(claims(), header: ["typ": "application/Revocations+JWT"])
    }

    @Test func `another token of the issuer does not stand for its revocations`() throws {
        for type in ["at+jwt", "JWT", "revocations", "revocations+jwt ", ""] {
            #expect(fault(claims(), header: ["typ": .string(type)]) == .typeMismatch)
        }
        #expect(fault(claims(), header: [:]) == .typeMismatch)
        #expect(fault(claims(), header: ["typ": 1]) != nil)
    }

    @Test func `revocations of another key, another issuer or another time are refused`() throws {
        #expect(fault(claims(), key: try SigningKey.generate(.es256, keyID: "other")) == .keyNotFound)
        #expect(fault(claims(), key: try SigningKey.generate(.es256, keyID: issuer.key.keyID)) == .signatureInvalid)
        for name in ["https://evil.example", issuer.issuer + "/", ""] {
            #expect(fault(claims(["iss": .string(name)])) == .issuerMismatch)
        }
        #expect(fault(claims(["exp": .number(JSONNumber(now - 30))])) == .expired)
        #expect(fault(claims(["exp": .number(JSONNumber(now - 29))])) == nil)
        #expect(fault(claims(["iat": .number(JSONNumber(now + 31))])) == .issuedInFuture)
        #expect(fault(claims(["iat": .number(JSONNumber(now + 30))])) == nil)
    }

    @Test func `a difference from another cursor would leave a gap and is refused`() {
        #expect(fault(claims(["complete": false, "after": "c7"]), asked: "c0") == .claimInvalid)
        #expect(fault(claims(["complete": false]), asked: "c0") == .claimInvalid)
        #expect(fault(claims(["complete": false, "after": "c0"])) == .claimInvalid)
    }

    @Test func `members of a wrong type or form are refused, and none traps`() {
        let entry = Self.entry("x")
        let wrong: [(String, [JSONValue])] = [
            ("cursor", ["", "a b", "a&b", 1, .null, .string(String(repeating: "a", count: 129))]),
            ("complete", ["true", 1, .null]),
            ("exp", ["1", 1.5, -1, 9_223_372_036_854_775_807, .null, -9_223_372_036_854_775_808]),
            ("iat", [-1, 9_223_372_036_854_775_807, "x"]),
            ("keep_until", [-1, 9_223_372_036_854_775_807, "x", .null]),
            ("iss", [1, .null, []]),
            ("sids", ["x", ["x"], [1], [["x"]], .null, ["L3Hf3lt6MCgdkzfSE6B3kQ=="], ["L3Hf3lt6MCgdkzfSE6B3kR"]]),
            ("jtis", [[.null], 0]),
            ("subs", [[entry], [[entry]], [[entry, "1"]], [[entry, 1, 2]], [[1, entry]], [[entry, 1.5]], .null]),
            ("clients", [[[entry, .null]], ["x"], [["x", 1]]]),
        ]
        for (name, values) in wrong {
            for value in values { #expect(fault(claims([name: value])) != nil, "\(name) \(value.text)") }
            var without = claims()
            without[name] = nil
            #expect(fault(without) != nil, "without \(name)")
        }
    }

    @Test func `the page's own examples of entries are the digests of their texts`() throws {
        for (text, entry) in [
            ("Zm9yIGV4YW1wbGUgb25seQ", "L3Hf3lt6MCgdkzfSE6B3kQ"), ("orders-api", "EX0WSAvFULGxTvjTGnCRvg"),
            ("zTr0f4m1sK0bXJqQ0hQ9wA", "4WRBWo8TzHGr_fxmzTdMlA"),
        ] {
            let digest = Array(text.utf8).withUnsafeBufferPointer { Fingerprint(of: $0) }
            #expect(digest == Fingerprint(entry: entry))
        }
    }

    @Test func `of two times for one entry the later counts, and iat up to it is refused`() throws {
        let entry = Self.entry("u1")
        var revoked = try answer(claims(["sids": [], "subs": [[entry, 10], [entry, 5]]])).revoked
        revoked.add(try answer(claims(["sids": [], "subs": [[entry, 7]]])).revoked)
        for (issuedAt, isRefused) in [(Int64(9), true), (10, true), (11, false)] {
            let token = try issuer.token(adding: ["iat": .number(JSONNumber(issuedAt)), "exp": 1_800_000_100])
            #expect(revoked.contains(try issuer.verifier.verify(token)) == isRefused)
        }
    }

    @Test func `an identifier that is written with escapes is found all the same`() throws {
        let revoked = try answer(claims(["sids": [Self.entry("s\"1\u{E9}")]])).revoked
        #expect(revoked.contains(try issuer.verifier.verify(try issuer.token(sessionID: "s\"1\u{E9}"))))
        #expect(!revoked.contains(try issuer.verifier.verify(try issuer.token(sessionID: "s\"1e\u{301}"))))
    }

    @Test func `a hundred thousand revocations are read, and each is found`() throws {
        let entries = (0..<100_000).map { Self.entry("s\($0)") }
        let revoked = try answer(claims(["sids": .array(entries)])).revoked
        #expect(revoked.count == 100_000)
        for id in [0, 1, 50_000, 99_999] {
            #expect(revoked.contains(try issuer.verifier.verify(try issuer.token(sessionID: "s\(id)"))))
        }
        #expect(!revoked.contains(try issuer.verifier.verify(try issuer.token(sessionID: "s100000"))))
    }

    @Test func `differences do not pile up: what they cost is bounded by a snapshot`() throws {
        var known = KnownRevocations()
        known.learn(ProviderURL("https://id.example/revocations"))
        known.take(try answer(claims()), asked: .seconds(1), now: now)
        #expect(known.cursor == "c1")
        let many = (0..<5001).map { Self.entry("a\($0)") }
        let difference = try answer(claims(["complete": false, "after": "c1", "sids": .array(many)]), asked: "c1")
        known.take(difference, asked: .seconds(2), now: now)
        #expect(known.cursor == "c1")
        known.take(difference, asked: .seconds(3), now: now)
        #expect(known.cursor == nil)
        known.take(try answer(claims()), asked: .seconds(4), now: now)
        #expect(known.revoked.count == 1)
        // An hour after a snapshot, where anything was added.
        let small = try answer(claims(["complete": false, "after": "c1"]), asked: "c1")
        known.take(small, asked: .seconds(3604), now: now)
        #expect(known.cursor == "c1")
        known.take(small, asked: .seconds(3605), now: now)
        #expect(known.cursor == nil)
    }

    @Test func `what has outlived all tokens is forgotten`() throws {
        var known = KnownRevocations()
        known.learn(ProviderURL("https://id.example/revocations"))
        known.take(try answer(claims()), asked: .seconds(1), now: now)
        let empty = try answer(claims(["complete": false, "after": "c1", "sids": []]), asked: "c1")
        known.take(empty, asked: .seconds(2), now: now + 2101)
        #expect(known.revoked.count == 1)
        known.take(empty, asked: .seconds(3), now: now + 2102)
        #expect(known.revoked.count == 0)
    }
}
