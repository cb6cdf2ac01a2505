/// A set of keys to decrypt with, as a list or a private JWKS (RFC 7517 §5) gives it.
///
/// A key that cannot be used does not spoil the others: it is kept in ``unusable`` with the reason.
public struct DecryptionKeySet: Sendable, ExpressibleByArrayLiteral {
    /// The keys that decrypt.
    public let keys: [DecryptionKey]
    /// The members that do not, with their reasons.
    public let unusable: [KeySet.UnusableKey]

    /// Makes a set from keys; two of the same `kid` and algorithm are both unusable.
    public init(_ keys: [DecryptionKey]) {
        self.init(keys, unusable: [], spoiled: [])
    }

    /// Makes a set from keys; two of the same `kid` and algorithm are both unusable.
    public init(arrayLiteral elements: DecryptionKey...) {
        self.init(elements)
    }

    /// Reads a private JWKS.
    ///
    /// - Parameters:
    ///   - bytes: The JSON text, 256 KiB and 256 keys at most.
    ///   - algorithms: What keys without an `alg` may be bound to; a key becomes one for each that fits it.
    /// - Throws: `KeyError` where the text is no key set. A bad key in a good set is not thrown.
    public init(
        parsing bytes: some Collection<UInt8>,
        algorithms: [KeyManagementAlgorithm] = []
    ) throws(KeyError) {
        var keys: [DecryptionKey] = []
        var unusable: [KeySet.UnusableKey] = []
        var spoiled: [KeyIdentity<KeyManagementAlgorithm>] = []
        for member in try KeySet.members(parsing: bytes) {
            guard let members = member.objectValue else {
                unusable.append(KeySet.UnusableKey(keyID: nil, reason: "not an object"))
                continue
            }
            let jwk = JWK(members: members)
            do throws(KeyError) {
                keys += try Self.bind(jwk, to: algorithms)
            } catch {
                unusable.append(KeySet.UnusableKey(keyID: jwk.keyID, reason: error.reason))
                // A key that cannot be read still takes its name: its twin may not stand in for it.
                if let keyID = jwk.keyID, let named = try? KeyBinding.keyManagementNamed(by: jwk, wanted: nil) {
                    spoiled.append(KeyIdentity(keyID, named))
                }
            }
        }
        self.init(keys, unusable: unusable, spoiled: spoiled)
    }

    /// Reads a private JWKS.
    ///
    /// - Parameters:
    ///   - text: The JSON text, 256 KiB and 256 keys at most.
    ///   - algorithms: What keys without an `alg` may be bound to; a key becomes one for each that fits it.
    /// - Throws: `KeyError` where the text is no key set. A bad key in a good set is not thrown.
    public init(parsing text: String, algorithms: [KeyManagementAlgorithm] = []) throws(KeyError) {
        try self.init(parsing: Array(text.utf8), algorithms: algorithms)
    }

    private static func bind(
        _ jwk: JWK,
        to algorithms: [KeyManagementAlgorithm]
    ) throws(KeyError) -> [DecryptionKey] {
        // `dir` leaves the content encryption open, as no `alg` leaves all.
        let isDirect = jwk.algorithm.hasSameBytes(as: "dir")
        guard isDirect || jwk.members["alg"] == nil else { return [try DecryptionKey(jwk: jwk)] }
        let material = try KeyMaterial(jwk: jwk)
        let possible = material.keyManagementAlgorithms.filter { !isDirect || $0.kind == .dir }
        let fitting = algorithms.filter(possible.contains)
        guard !fitting.isEmpty else {
            let names = possible.map(\.nameInKey).joined(separator: ", ")
            throw KeyError(.algorithmRequired, "names no algorithm, and none was named that fits it: \(names)")
        }
        var keys: [DecryptionKey] = []
        for (index, algorithm) in fitting.enumerated() where !fitting[..<index].contains(algorithm) {
            try KeyBinding.requireUse(of: jwk, by: algorithm, to: .decrypt)
            keys.append(try DecryptionKey(material, algorithm: algorithm, keyID: jwk.keyID))
        }
        return keys
    }

    private init(
        _ keys: [DecryptionKey],
        unusable: [KeySet.UnusableKey],
        spoiled: [KeyIdentity<KeyManagementAlgorithm>]
    ) {
        var unusable = unusable
        self.keys = unusable.takeTwins(of: keys, spoiled: spoiled)
        self.unusable = unusable
    }
}
