import Foundation
import JOSE

/// What every peer signs and verifies: one key and one token for each algorithm, and the claims in it.
struct Fixture: Codable {
    /// A key in the forms that peers read, and a token that it signed.
    struct Entry: Codable {
        var token: String
        /// The same claims under the name that this algorithm had before RFC 9864, for peers that know no other.
        var oldToken: String?
        var secret: String?
        var privatePEM: String?
        var publicPEM: String?
        var jwk: String
    }

    var issuer = "https://id.example"
    var audience = "https://orders.example"
    var keyID = "k"
    var type = "at+jwt"
    var claims: [String: Claim]
    var algorithms: [String: Entry]
    var encryptions: [String: Encryption] = [:]

    /// A claim's value: a text or a time.
    enum Claim: Codable {
        case text(String)
        case time(Int64)

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let time = try? container.decode(Int64.self) {
                self = .time(time)
            } else {
                self = .text(try container.decode(String.self))
            }
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .text(let text): try container.encode(text)
            case .time(let time): try container.encode(time)
            }
        }
    }

    /// The claims in the order of a token: 335 bytes of them and of their header make an HS256 token.
    static let order = ["iss", "sub", "aud", "exp", "iat", "jti", "client_id"]

    /// The claims as this library takes them.
    var object: JSONObject {
        var object: JSONObject = [:]
        for name in Self.order {
            switch claims[name] {
            case .text(let text): object[name] = .string(text)
            case .time(let time): object[name] = .number(JSONNumber(time))
            case nil: break
            }
        }
        return object
    }

    var profile: TokenProfile { .accessToken(issuer: issuer, audience: Audience(audience)) }

    func signer(_ key: SigningKey) -> TokenSigner {
        TokenSigner(key, issuer: issuer, audience: Audience(audience), lifetime: .seconds(1800), type: type)
    }

    /// Makes new keys and tokens of every algorithm.
    static func make() throws -> Fixture {
        let now = Int64(Date().timeIntervalSince1970)
        var fixture = Fixture(claims: [:], algorithms: [:])
        fixture.claims = [
            "iss": .text(fixture.issuer), "sub": .text("mF9c3vO1kq2VZr0yT8sXaw"), "aud": .text(fixture.audience),
            "exp": .time(now + 86400), "iat": .time(now - 5), "jti": .text("Zk3uQ0bS2pWx7yLr5nVt1A"),
            "client_id": .text("tessera"),
        ]
        for algorithm in SignatureAlgorithm.all {
            let key = try SigningKey.generate(algorithm, keyID: fixture.keyID)
            var entry = Entry(token: try fixture.signer(key).sign(fixture.object), jwk: key.jwk.members.text)
            entry.secret = algorithm.isSymmetric ? key.jwk.members["k"]?.stringValue : nil
            entry.privatePEM = key.pem
            entry.publicPEM = key.verifyingKey.pem
            if algorithm == .ed25519 {
                let header = #"{"alg":"EdDSA","typ":"at+jwt","kid":"k"}"#
                let input = [header, fixture.object.text].map { Base64URL.encode(Array($0.utf8)) }.joined(
                    separator: "."
                )
                entry.oldToken = input + "." + Base64URL.encode(try key.sign(Array(input.utf8)))
            }
            fixture.algorithms[algorithm.name] = entry
        }
        fixture.encryptions = try Encryption.all(fixture.object.serialized())
        return fixture
    }

    static func read(_ path: String) throws -> Fixture {
        try JSONDecoder().decode(Fixture.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
    }

    func write(_ path: String) throws {
        try JSONEncoder().encode(self).write(to: URL(fileURLWithPath: path))
    }

    /// An algorithm's key, as this library reads it.
    func key(_ algorithm: String) throws -> SigningKey? {
        try algorithms[algorithm].map { try SigningKey(jwk: JWK(parsing: $0.jwk)) }
    }
}

extension String {
    /// A token's signing input and its signature.
    var signed: (input: [UInt8], signature: [UInt8]) {
        guard let dot = lastIndex(of: ".") else { return ([], []) }
        return (Array(self[..<dot].utf8), Base64URL.decode(String(self[index(after: dot)...])) ?? [])
    }
}
