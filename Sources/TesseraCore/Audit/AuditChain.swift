internal import Crypto
internal import Passwords

/// Makes and checks the links of the audit chain.
///
/// A link is HMAC-SHA256(key, hash before ‖ number ‖ time ‖ each field with its length). Each key has a version and is
/// stored sealed under the master key. A rotation of the master key seals the old versions anew and adds one, so that
/// older links stay verifiable, and whoever had the old master key cannot go on with the chain.
public struct AuditChain: Sendable {
    /// How long a hash is.
    static let hashLength = 32
    /// What stands before the first row.
    static let beginning = [UInt8](repeating: 0, count: hashLength)

    private let keys: [Int64: SymmetricKey]
    /// The version that new links are made with.
    public let version: Int64

    /// Makes a chain of keys; nil without any.
    init?(_ keys: [Int64: [UInt8]]) {
        guard let version = keys.keys.max() else { return nil }
        self.keys = keys.mapValues { SymmetricKey(data: $0) }
        self.version = version
    }

    /// The link that puts a row behind another.
    ///
    /// - Parameters:
    ///   - row: What the row says, with its number.
    ///   - head: The link before; nil for the first row.
    /// - Returns: The link, made with the newest key.
    public func link(_ row: AuditRow, after head: AuditHead?) -> AuditLink {
        let previous = head?.hash ?? Self.beginning
        // The newest version is always among the keys.
        let hash = keys[version].map { Self.hash(row, previous, $0) } ?? []
        return AuditLink(row: row, keyVersion: version, hash: hash)
    }

    /// Whether a link is genuine and stands behind another; nil where its key is not among ours.
    func holds(_ link: AuditLink, after head: AuditHead?) -> Bool? {
        guard let key = keys[link.keyVersion] else { return nil }
        return constantTimeEqual(Self.hash(link.row, head?.hash ?? Self.beginning, key), link.hash)
    }

    private static func hash(_ row: AuditRow, _ previous: [UInt8], _ key: SymmetricKey) -> [UInt8] {
        var hash = HMAC<SHA256>(key: key)
        hash.update(data: previous)
        hash.update(data: bytes(row.number))
        hash.update(data: bytes(row.at.milliseconds))
        for field in [row.event, row.accountID, row.clientID, row.sessionID, row.detail] {
            // A field that is absent and an empty one are told apart, and no byte can move into the next field.
            hash.update(data: bytes(field.map { Int64($0.utf8.count) } ?? -1))
            if let field { hash.update(data: Array(field.utf8)) }
        }
        return Array(hash.finalize())
    }

    private static func bytes(_ number: Int64) -> [UInt8] {
        withUnsafeBytes(of: number.bigEndian) { Array($0) }
    }
}

/// A key of the chain as it is stored: sealed under the master key.
public struct StoredAuditKey: Sendable, Hashable {
    /// Its version, from 1.
    public let version: Int64
    /// The key, sealed with AES-256-GCM and bound to its version.
    public let sealed: [UInt8]

    /// Makes a row.
    public init(version: Int64, sealed: [UInt8]) {
        self.version = version
        self.sealed = sealed
    }
}

extension MasterKey {
    /// A new key of the chain, derived from this master key and sealed under it.
    func auditKey(version: Int64) throws -> StoredAuditKey {
        let key = derive("tessera/audit-chain/v1/\(version)")
        return StoredAuditKey(version: version, sealed: try seal(key, boundTo: Self.auditKeyName(version)))
    }

    /// Opens a stored key of the chain.
    func open(_ key: StoredAuditKey) throws -> [UInt8] {
        try open(key.sealed, boundTo: Self.auditKeyName(key.version))
    }

    static func auditKeyName(_ version: Int64) -> String { "audit-chain-key/\(version)" }
}
