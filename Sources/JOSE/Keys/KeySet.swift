/// A set of verifying keys, as a JWKS (RFC 7517 §5) or a list gives it.
///
/// A key that cannot be used does not spoil the others: it is kept in ``unusable`` with the reason.
public struct KeySet: Sendable, ExpressibleByArrayLiteral {
    /// A member of a set that this library does not verify with.
    public struct UnusableKey: Sendable, Equatable {
        /// The member's `kid`, where it has one.
        public let keyID: String?
        /// Why it is not used.
        public let reason: String
    }

    /// The keys that verify.
    public let keys: [VerifyingKey]
    /// The members that do not, with their reasons.
    public let unusable: [UnusableKey]

    /// Makes a set from keys; two of the same `kid` and algorithm are both unusable.
    public init(_ keys: [VerifyingKey]) {
        self.init(keys, unusable: [])
    }

    /// Makes a set from keys; two of the same `kid` and algorithm are both unusable.
    public init(arrayLiteral elements: VerifyingKey...) {
        self.init(elements)
    }

    /// Reads a JWKS.
    ///
    /// - Parameters:
    ///   - bytes: The JSON text, 256 KiB and 256 keys at most.
    ///   - algorithms: What keys without an `alg` may be bound to; a key becomes one for each that fits it.
    /// - Throws: `KeyError` where the text is no key set. A bad key in a good set is not thrown.
    public init(
        parsing bytes: some Collection<UInt8>,
        algorithms: [SignatureAlgorithm] = []
    ) throws(KeyError) {
        let members = try Self.members(parsing: bytes)
        var keys: [VerifyingKey] = []
        var unusable: [UnusableKey] = []
        var spoiled: [KeyIdentity<SignatureAlgorithm>] = []
        for member in members {
            guard let members = member.objectValue else {
                unusable.append(UnusableKey(keyID: nil, reason: "not an object"))
                continue
            }
            let jwk = JWK(members: members)
            do throws(KeyError) {
                keys += try Self.bind(jwk, to: algorithms)
            } catch {
                unusable.append(UnusableKey(keyID: jwk.keyID, reason: error.reason))
                // A key that cannot be read still takes its name: its twin may not stand in for it.
                if let name = jwk.algorithm, let algorithm = SignatureAlgorithm(name), let keyID = jwk.keyID {
                    spoiled.append(KeyIdentity(keyID, algorithm))
                }
            }
        }
        self.init(keys, unusable: unusable, spoiled: spoiled)
    }

    /// Reads a JWKS.
    ///
    /// - Parameters:
    ///   - text: The JSON text, 256 KiB and 256 keys at most.
    ///   - algorithms: What keys without an `alg` may be bound to; a key becomes one for each that fits it.
    /// - Throws: `KeyError` where the text is no key set. A bad key in a good set is not thrown.
    public init(parsing text: String, algorithms: [SignatureAlgorithm] = []) throws(KeyError) {
        try self.init(parsing: Array(text.utf8), algorithms: algorithms)
    }

    /// The members of a JWKS, nothing yet proved about them.
    static func members(parsing bytes: some Collection<UInt8>) throws(KeyError) -> [JSONValue] {
        let members: [JSONValue]
        do {
            let object = try JSONObject(parsing: bytes, limits: .keys)
            guard let array = object["keys"]?.arrayValue else {
                throw KeyError(.malformed, "not a key set: no \"keys\"")
            }
            members = array
        } catch let error as JSONError {
            throw KeyError(
                [.limit, .depth].contains(error.code) ? .tooLarge : .malformed,
                "not a key set: \(error.reason)"
            )
        } catch let error as KeyError {
            throw error
        } catch {
            throw KeyError(.malformed, "not a key set")
        }
        guard members.count <= KeyLimits.keysInSet else {
            throw KeyError(.tooLarge, "more than \(KeyLimits.keysInSet) keys")
        }
        return members
    }

    private static func bind(_ jwk: JWK, to algorithms: [SignatureAlgorithm]) throws(KeyError) -> [VerifyingKey] {
        if jwk.members["alg"] != nil { return [try VerifyingKey(jwk: jwk)] }
        try KeyBinding.requireUse(of: jwk, for: .verify)
        let material = try KeyMaterial(jwk: jwk)
        let fitting = algorithms.filter(material.algorithms.contains)
        guard !fitting.isEmpty else {
            let names = material.algorithms.map(\.name).joined(separator: ", ")
            throw KeyError(.algorithmRequired, "names no algorithm, and none was named that fits it: \(names)")
        }
        var keys: [VerifyingKey] = []
        for (index, algorithm) in fitting.enumerated() where !fitting[..<index].contains(algorithm) {
            keys.append(try VerifyingKey(material, algorithm: algorithm, keyID: jwk.keyID))
        }
        return keys
    }

    private init(
        _ keys: [VerifyingKey],
        unusable: [UnusableKey],
        spoiled: [KeyIdentity<SignatureAlgorithm>] = []
    ) {
        var unusable = unusable
        self.keys = unusable.takeTwins(of: keys, spoiled: spoiled)
        self.unusable = unusable
    }

    /// The set as a JWKS of public keys; a symmetric key is never in it.
    public func serialized() -> String {
        let published = keys.filter { !$0.algorithm.isSymmetric }.map { JSONValue.object($0.jwk.members) }
        return JSONValue.object(["keys": .array(published)]).text
    }
}
