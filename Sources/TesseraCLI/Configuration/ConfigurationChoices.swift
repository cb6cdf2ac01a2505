import JOSE
import Passwords
import TesseraCore

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

    /// The library's algorithm of this name.
    var signatureAlgorithm: SignatureAlgorithm {
        switch self {
        case .es256: .es256
        case .ed25519: .ed25519
        case .es384: .es384
        case .es512: .es512
        case .ps256: .ps256
        case .rs256: .rs256
        case .mlDSA65: .mlDSA65
        case .hs256: .hs256
        }
    }
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

extension ValueFormat where Value == SigningAlgorithm {
    /// The choice, with Ed25519's old name (RFC 8037) beside its new one (RFC 9864).
    static let signingAlgorithm = ValueFormat(
        expected: choice(SigningAlgorithm.allCases).expected,
        parse: { choice(SigningAlgorithm.allCases).parse($0 == "EdDSA" ? SigningAlgorithm.ed25519.rawValue : $0) },
        describe: \.rawValue
    )
}

extension ValueFormat where Value == Secret {
    /// The secret's own bytes: what a library takes when it is handed the same text.
    static let signingSecret = ValueFormat(
        expected: "a secret of at least 32 bytes",
        parse: { $0.utf8.count >= 32 ? Secret($0) : nil },
        describe: { _ in ConfigurationReading.mask }
    )
}

extension ValueFormat where Value == MasterKey {
    static let masterKey = ValueFormat(
        expected: "32 bytes as base64url (43 characters)",
        parse: { MasterKey(text: $0) },
        describe: { _ in ConfigurationReading.mask }
    )
}
