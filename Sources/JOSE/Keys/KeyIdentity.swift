/// What no two keys of a set may share: a name, as bytes, and an algorithm.
struct KeyIdentity<Algorithm: Hashable & Sendable>: Hashable, Sendable {
    private let keyID: [UInt8]
    private let algorithm: Algorithm

    init(_ keyID: String, _ algorithm: Algorithm) {
        self.keyID = Array(keyID.utf8)
        self.algorithm = algorithm
    }
}

/// A key that can be a member of a set.
protocol KeySetMember {
    associatedtype Algorithm: Hashable & Sendable & CustomStringConvertible
    var algorithm: Algorithm { get }
    var keyID: String? { get }
}

extension VerifyingKey: KeySetMember {}
extension DecryptionKey: KeySetMember {}

extension [KeySet.UnusableKey] {
    /// Takes the keys that share name and algorithm out of a set, for nobody can tell which of them is meant.
    ///
    /// - Parameters:
    ///   - keys: The keys of the set.
    ///   - spoiled: What keys that could not be read would have shared.
    /// - Returns: The keys that remain.
    mutating func takeTwins<Key: KeySetMember>(
        of keys: [Key],
        spoiled: [KeyIdentity<Key.Algorithm>]
    ) -> [Key] {
        func identity(of key: Key) -> KeyIdentity<Key.Algorithm>? { key.keyID.map { KeyIdentity($0, key.algorithm) } }
        let counts = Dictionary((spoiled + keys.compactMap(identity)).map { ($0, 1) }, uniquingKeysWith: +)
        return keys.filter { key in
            guard let identity = identity(of: key), counts[identity] != 1 else { return true }
            append(
                KeySet.UnusableKey(
                    keyID: key.keyID,
                    reason: "another \(key.algorithm) key of the set has the same \"kid\""
                )
            )
            return false
        }
    }
}
