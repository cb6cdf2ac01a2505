/// A JWK set (RFC 7517 §5) as it is written, private keys and all: what a signer keeps, never what it publishes.
///
/// ```swift
/// let kept = try JWKSet(parsing: text)
/// let key = try kept.signingKey("2026-11")
/// let published = kept.publicSet.serialized()
/// ```
///
/// A verifier reads a ``KeySet``, which binds each key to its algorithm and sets aside what it cannot use.
public struct JWKSet: Sendable, Equatable {
    /// The keys, in order, and nothing yet proved about them.
    public let keys: [JWK]

    /// Makes a set of keys.
    public init(_ keys: [JWK]) { self.keys = keys }

    /// Makes a set of signing keys with their private halves.
    public init(_ keys: [SigningKey]) { self.keys = keys.map(\.jwk) }

    /// Reads a JWK set from JSON text in UTF-8.
    ///
    /// - Parameter bytes: A JSON object with `keys`; 256 KiB and 256 keys at most.
    /// - Throws: `KeyError` where the text is no set, or a member of it no key.
    public init(parsing bytes: some Collection<UInt8>) throws(KeyError) {
        var keys: [JWK] = []
        for element in try KeySet.members(parsing: bytes) {
            guard let members = element.objectValue, members["kty"]?.stringValue != nil else {
                throw KeyError(.malformed, "a member of the set is no key")
            }
            keys.append(JWK(members: members))
        }
        self.keys = keys
    }

    /// Reads a JWK set from JSON text.
    ///
    /// - Parameter text: A JSON object with `keys`; 256 KiB and 256 keys at most.
    /// - Throws: `KeyError` where the text is no set, or a member of it no key.
    public init(parsing text: String) throws(KeyError) { try self.init(parsing: Array(text.utf8)) }

    /// Takes a signing key out of the set.
    ///
    /// No key is tried to see whether it works: one alone must have the name, or be able to sign where none is given.
    ///
    /// - Parameters:
    ///   - keyID: The key's `kid`; nil where the set has one private key for signatures alone.
    ///   - algorithm: The algorithm; must be given for a key that has no `alg`, and chooses among keys of one name.
    /// - Returns: The key.
    /// - Throws: `KeyError` `not_found` or `duplicate`, or why the key cannot sign.
    public func signingKey(_ keyID: String? = nil, algorithm: SignatureAlgorithm? = nil) throws(KeyError) -> SigningKey
    {
        let candidates = keys.filter { jwk in
            if let keyID, !jwk.keyID.hasSameBytes(as: keyID) { return false }
            if let algorithm, let name = jwk.algorithm, SignatureAlgorithm(name) != algorithm { return false }
            return keyID != nil || (jwk.isPrivate && jwk.isForSignatures)
        }
        guard let jwk = candidates.first else {
            throw KeyError(
                .notFound,
                keyID == nil ? "no key of the set can sign" : "no key of the set has this \"kid\""
            )
        }
        guard candidates.count == 1 else {
            throw KeyError(.duplicate, "\(candidates.count) keys of the set fit; name one by its \"kid\"")
        }
        return try SigningKey(jwk: jwk, algorithm: algorithm)
    }

    /// The set without private members; symmetric keys and keys of unknown types are left out.
    public var publicSet: JWKSet { JWKSet(keys.compactMap(\.publicJWK)) }

    /// The set as compact JSON.
    ///
    /// It holds the private members, if there are any: ``publicSet`` is what to publish.
    public func serialized() -> String {
        JSONValue.object(["keys": .array(keys.map { .object($0.members) })]).text
    }
}

extension JWKSet: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// How many keys there are; never the keys.
    public var description: String { "JWKSet(\(keys.count) keys)" }
    /// How many keys there are; never the keys.
    public var debugDescription: String { description }
    /// A mirror without children.
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection()) }
}

extension JWK {
    /// Whether neither `use` nor `alg` says that the key is for something else than signatures.
    fileprivate var isForSignatures: Bool {
        guard members["use"] == nil || members["use"] == "sig" else { return false }
        return algorithm.map { SignatureAlgorithm($0) != nil } ?? (members["alg"] == nil)
    }
}
