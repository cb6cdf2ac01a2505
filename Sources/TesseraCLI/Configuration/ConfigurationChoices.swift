import JOSE
import Logging

/// The algorithm of the server's own tokens.
enum SigningAlgorithm: String, CaseIterable, Sendable {
    case es256 = "ES256"
    case ed25519 = "Ed25519"
    case es384 = "ES384"
    case es512 = "ES512"
    case ps256 = "PS256"
    case rs256 = "RS256"
    case mlDSA65 = "ML-DSA-65"
    case hs256 = "HS256"
}

/// Who may trade a password for tokens.
enum PasswordGrant: String, CaseIterable, Sendable {
    case firstParty = "first_party"
    case off
}

/// Who may make an account.
enum Registration: String, CaseIterable, Sendable {
    case closed
    case open
}

/// How log lines are written.
enum LogFormat: String, CaseIterable, Sendable {
    case text
    case json
}

/// Bytes that no description, log or dump may show.
struct ConfiguredSecret: Sendable, CustomStringConvertible, CustomReflectable {
    let bytes: [UInt8]

    var description: String { ConfigurationReading.mask }
    var customMirror: Mirror { Mirror(self, children: []) }
}

extension ValueFormat where Value == SigningAlgorithm {
    /// The choice, with Ed25519's old name (RFC 8037) beside its new one (RFC 9864).
    static let signingAlgorithm = ValueFormat(
        expected: choice.expected,
        parse: { SigningAlgorithm(rawValue: $0 == "EdDSA" ? "Ed25519" : $0) },
        describe: \.rawValue
    )
}

extension ValueFormat where Value == ConfiguredSecret {
    /// The secret's own bytes: what a library takes when it is handed the same text.
    static let signingSecret = ValueFormat(
        expected: "a secret of at least 32 bytes",
        parse: { $0.utf8.count >= 32 ? ConfiguredSecret(bytes: Array($0.utf8)) : nil },
        describe: \.description
    )

    static let masterKey = ValueFormat(
        expected: "32 bytes as base64url (43 characters)",
        parse: { text in
            guard let bytes = Base64URL.decode(text), bytes.count == 32 else { return nil }
            return ConfiguredSecret(bytes: bytes)
        },
        describe: \.description
    )
}
