/// A stored password hash that has been read and found within bounds.
///
/// Reading is the only way in, so that no parameter of a foreign database reaches a hash function unchecked
/// (Keycloak CVE-2026-42198).
///
/// ```swift
/// let hash = try PasswordHash(parsing: "$2b$12$…")
/// let isRight = hasher.verify(Password("typed"), hash)
/// ```
public struct PasswordHash: Sendable, Hashable {
    enum Scheme: Sendable, Hashable {
        case argon2(Argon2)
        case bcrypt(Bcrypt)
        case pbkdf2(PBKDF2)
        case scrypt(Scrypt)
    }

    /// The text as it came, which is what is stored.
    public let encoded: String

    let scheme: Scheme

    /// Reads the text of a hash: PHC and modular crypt strings, passlib's and Django's spellings.
    ///
    /// - Parameter text: The stored text, without space around it.
    /// - Throws: ``PasswordError`` with `unsupported_scheme`, `malformed_hash`, or `parameter_out_of_bounds` naming the
    ///   bound.
    public init(parsing text: String) throws(PasswordError) {
        guard text.utf8.count <= 4096 else { throw .malformed("a hash has at most 4096 bytes") }
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw .malformed("a hash is visible ASCII without spaces")
        }
        scheme = try Self.scheme(of: Substring(text))
        encoded = text
    }

    /// The name of the family, for reports: `argon2id`, `argon2i`, `bcrypt`, `pbkdf2` or `scrypt`.
    public var family: String {
        switch scheme {
        case .argon2(let argon2): argon2.variant == .argon2id ? "argon2id" : "argon2i"
        case .bcrypt: "bcrypt"
        case .pbkdf2: "pbkdf2"
        case .scrypt: "scrypt"
        }
    }

    private static func scheme(of text: Substring) throws(PasswordError) -> Scheme {
        switch true {
        case text.hasPrefix("$argon2id$"), text.hasPrefix("$argon2i$"): .argon2(try Argon2(phc: text))
        case text.hasPrefix("argon2$argon2id$"), text.hasPrefix("argon2$argon2i$"):
            .argon2(try Argon2(phc: text.dropFirst(6)))
        case text.hasPrefix("$2"): .bcrypt(try Bcrypt(text))
        case text.hasPrefix("bcrypt$$2"): .bcrypt(try Bcrypt(text.dropFirst(7)))
        case text.hasPrefix("bcrypt_sha256$$2"):
            .bcrypt(try Bcrypt(text.dropFirst(14), input: .hexadecimalSHA256))
        case text.hasPrefix("$pbkdf2$"), text.hasPrefix("$pbkdf2-"): .pbkdf2(try PBKDF2(modular: text))
        case text.hasPrefix("pbkdf2_"): .pbkdf2(try PBKDF2(django: text))
        case text.hasPrefix("$scrypt$"): .scrypt(try Scrypt(modular: text))
        case text.hasPrefix("scrypt$"): .scrypt(try Scrypt(django: text))
        default:
            throw PasswordError(.unsupportedScheme, "expected argon2id, argon2i, bcrypt, scrypt or PBKDF2")
        }
    }
}

extension PasswordHash: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The family only: a hash in a log can be attacked at leisure.
    public var description: String { "<\(family) hash>" }

    /// The family only.
    public var debugDescription: String { description }

    /// A mirror without children, so that `dump` finds nothing.
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}
