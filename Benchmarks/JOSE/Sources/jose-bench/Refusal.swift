import JOSE

/// What refusing costs: each kind of malformed token with the heap blocks and the time it takes.
enum Refusal {
    static func all(_ fixture: Fixture) throws -> JSONObject {
        guard let key = try fixture.key("HS256"), let good = fixture.algorithms["HS256"]?.token else {
            throw WrongAnswer()
        }
        let verifier = TokenVerifier(fixture.profile, keys: [key.verifyingKey])
        let parts = good.split(separator: ".").map(String.init)
        func signed(_ payload: String) throws -> String {
            let input = parts[0] + "." + Base64URL.encode(Array(payload.utf8))
            return input + "." + Base64URL.encode(try key.sign(Array(input.utf8)))
        }
        func header(_ text: String) -> String {
            Base64URL.encode(Array(text.utf8)) + "." + parts[1] + "." + parts[2]
        }
        let tokens: [(String, String)] = [
            ("nothing", ""),
            ("16 KiB of dots", String(repeating: ".", count: 16 << 10)),
            ("two parts", parts[0] + "." + parts[1]),
            ("four parts", good + ".x"),
            ("a header that is no base64url", "!" + good),
            ("a header that is no JSON", header("{]")),
            ("a header without alg", header(#"{"kid":"k"}"#)),
            ("a payload that is no base64url", parts[0] + "." + parts[1].dropLast() + "*." + parts[2]),
            ("a signature that is no base64url", parts[0] + "." + parts[1] + "." + parts[2].dropLast() + "="),
            ("another's signature", parts[0] + "." + parts[1] + "." + String(repeating: "A", count: 43)),
            ("a signed payload that is no JSON", try signed("{]")),
            ("a signed payload that names a claim twice", try signed(#"{"iss":"a","iss":"b"}"#)),
        ]
        var object: JSONObject = [:]
        for (name, token) in tokens {
            guard (try? verifier.verify(token)) == nil else { throw WrongAnswer() }
            let run = { _ = try? verifier.verify(token) }
            object[name] = [
                "allocations": .string(try allocations(run)),
                "nanoseconds": .number(JSONNumber(Int64(1e9 / (try rate(for: 0.05, run))))),
            ]
        }
        return object
    }
}
