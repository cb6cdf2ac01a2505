import Foundation
import JOSE

/// A token of a given size: accepted, refused, or only hashed.
struct SizedToken {
    let run: () throws -> Void
    let byteCount: Int

    /// Makes what is to be measured.
    ///
    /// - Parameters:
    ///   - fixture: The keys and claims.
    ///   - kind: `groups` for a claim of many names, `text` for one long claim, `broken` for one that is refused by its
    ///     last character, `raw` for the hashes of `groups` alone; with `-ES256` behind it for another algorithm.
    ///   - byteCount: About how long the token is to be.
    init(_ fixture: Fixture, kind: String, byteCount: Int) throws {
        let algorithm = kind.hasSuffix("-ES256") ? "ES256" : "HS256"
        guard let key = try fixture.key(algorithm), let entry = fixture.algorithms[algorithm] else {
            throw WrongAnswer()
        }
        var claims = fixture.object
        let room = max(0, (byteCount - entry.token.utf8.count) * 3 / 4 - 12)
        if room > 0 {
            if kind.hasPrefix("text") {
                claims["text"] = .string(String(repeating: "a text of some length ", count: room / 22))
            } else {
                claims["groups"] = .array((0..<room / 15).map { .string("group-\(100_000 + $0)") })
            }
        }
        let token = try fixture.signer(key).sign(claims)
        let verifier = TokenVerifier(fixture.profile, keys: [key.verifyingKey])
        self.byteCount = token.utf8.count
        switch kind {
        case "raw":
            let raw = RawLimit(secret: Base64URL.decode(entry.secret ?? "") ?? [], token: token)
            run = { try raw.verify() }
        case "broken":
            let broken = token.dropLast() + "="
            run = { if (try? verifier.verify(String(broken))) != nil { throw WrongAnswer() } }
        default:
            run = { _ = try verifier.verify(token) }
        }
    }
}
