internal import Crypto

/// A JSON Web Key (RFC 7517) as it is written: members, and nothing yet proved about them.
///
/// ``SigningKey``, ``VerifyingKey``, ``EncryptionKey`` and ``DecryptionKey`` check the members when they are made from one.
public struct JWK: Sendable, Equatable {
    /// The members, in order.
    public let members: JSONObject

    /// Takes members as they are.
    public init(members: JSONObject) { self.members = members }

    /// Reads a JWK from JSON text in UTF-8.
    ///
    /// - Parameter bytes: A JSON object with a `kty`.
    /// - Throws: `KeyError` where the text is not strict JSON, too large, or has no `kty`.
    public init(parsing bytes: some Collection<UInt8>) throws(KeyError) {
        do {
            members = try JSONObject(parsing: bytes, limits: .keys)
        } catch {
            throw KeyError(
                [.limit, .depth].contains(error.code) ? .tooLarge : .malformed,
                "not a JWK: \(error.reason)"
            )
        }
        guard members["kty"]?.stringValue != nil else { throw KeyError(.malformed, "not a JWK: no \"kty\"") }
    }

    /// Reads a JWK from JSON text.
    ///
    /// - Parameter text: A JSON object with a `kty`.
    /// - Throws: `KeyError` where the text is not strict JSON, too large, or has no `kty`.
    public init(parsing text: String) throws(KeyError) {
        try self.init(parsing: Array(text.utf8))
    }

    /// The key's type, `kty`; empty where there is none.
    public var keyType: String { members["kty"]?.stringValue ?? "" }
    /// The key's name, `kid`.
    public var keyID: String? { members["kid"]?.stringValue }
    /// The algorithm the key is for, `alg`, as it is written.
    public var algorithm: String? { members["alg"]?.stringValue }

    /// Whether a private or secret member is present.
    public var isPrivate: Bool { Self.privateNames(of: keyType).contains { members[$0] != nil } }

    /// The key without its private members; nil for a symmetric key or a type this library does not know.
    public var publicJWK: JWK? {
        guard let type = KeyType(exactly: keyType), type != .oct else { return nil }
        var members = self.members
        // A key of a mistaken type may hold another's secret: none is published, whatever the type.
        for name in Self.everyPrivateName { members[name] = nil }
        if let operations = members["key_ops"]?.stringsValue {
            // What a public key may do where its private half may do the other.
            let halves = [
                ("sign", "verify"), ("decrypt", "encrypt"), ("unwrapKey", "wrapKey"), ("deriveKey", "deriveKey"),
                ("deriveBits", "deriveBits"),
            ]
            let kept = halves.filter { half in
                operations.contains { $0.hasSameBytes(as: half.0) || $0.hasSameBytes(as: half.1) }
            }
            members["key_ops"] = .array(kept.map { .string($0.1) })
        }
        return JWK(members: members)
    }

    /// The key as compact JSON.
    ///
    /// It holds the private members, if there are any.
    public func serialized() -> String { members.text }

    /// The RFC 7638 thumbprint: SHA-256 of the required members, in base64url.
    ///
    /// - Throws: `KeyError` where a required member is missing or the type is not known.
    public func thumbprint() throws(KeyError) -> String {
        let names: [String]
        switch KeyType(exactly: keyType) {
        case .ec: names = ["crv", "kty", "x", "y"]
        case .okp: names = ["crv", "kty", "x"]
        case .akp: names = ["alg", "kty", "pub"]
        case .rsa: names = ["e", "kty", "n"]
        case .oct: names = ["k", "kty"]
        case nil: throw KeyError(.unsupported, "no thumbprint is defined here for this \"kty\"")
        }
        var required = JSONObject()
        for name in names {
            guard let text = members[name]?.stringValue else { throw KeyError(.malformed, "no \"\(name)\"") }
            required[name] = .string(text)
        }
        return Base64URL.encode(Array(SHA256.hash(data: required.serialized())))
    }

    /// The members that are private or secret in some key type (RFC 7518 §6, RFC 9964).
    static let everyPrivateName = ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"]

    /// The thumbprint as a URI (RFC 9278), for where a key is named by a URI.
    ///
    /// - Throws: `KeyError` where a required member is missing or the type is not known.
    public func thumbprintURI() throws(KeyError) -> String {
        "urn:ietf:params:oauth:jwk-thumbprint:sha-256:" + (try thumbprint())
    }

    static func privateNames(of keyType: String) -> [String] {
        switch KeyType(exactly: keyType) {
        case .oct: ["k"]
        case .rsa: ["d", "p", "q", "dp", "dq", "qi", "oth"]
        case .ec, .okp: ["d"]
        case .akp: ["priv"]
        case nil: ["d", "priv", "k"]
        }
    }
}

/// The key types this library knows.
enum KeyType: String, CaseIterable {
    case ec = "EC"
    case okp = "OKP"
    case akp = "AKP"
    case rsa = "RSA"
    case oct

    /// Finds a type by its bytes: `init(rawValue:)` would take a look-alike, such as a Kelvin sign for the K.
    init?(exactly name: String) {
        guard let type = Self.allCases.first(where: { $0.rawValue.hasSameBytes(as: name) }) else { return nil }
        self = type
    }
}

extension JSONLimits {
    /// What a key or a set of keys may be: 256 KiB.
    static let keys = JSONLimits(depth: 16, members: 256, bytes: 256 << 10)
}
