/// Seals anew, under another master key, what a database holds sealed.
public struct MasterKeyRotation: Sendable {
    private let old: MasterKey
    private let new: MasterKey
    /// The audit row that tells of it.
    public let event: AuditEvent

    init(from old: MasterKey, to new: MasterKey, event: AuditEvent) {
        self.old = old
        self.new = new
        self.event = event
    }

    /// What the database must hold to be changed, and what it holds afterwards.
    public var checkValues: (old: [UInt8], new: [UInt8]) { (old.checkValue, new.checkValue) }

    /// A signing key's private part, sealed anew.
    public func resealed(_ key: StoredSigningKey) throws(MasterKeyError) -> [UInt8] {
        do {
            return try new.seal(try old.open(key.sealedPrivateKey, boundTo: key.id), boundTo: key.id)
        } catch {
            throw .cannotOpen(keyID: key.id)
        }
    }

    /// The keys of the audit trail, sealed anew, and one more: who had the old master key cannot go on with the chain.
    public func resealed(_ keys: [StoredAuditKey]) throws(MasterKeyError) -> [StoredAuditKey] {
        do {
            let next = (keys.map(\.version).max() ?? 0) + 1
            return try keys.map { key in
                let name = MasterKey.auditKeyName(key.version)
                return StoredAuditKey(version: key.version, sealed: try new.seal(try old.open(key), boundTo: name))
            } + [new.auditKey(version: next)]
        } catch {
            throw .cannotOpenAuditKey
        }
    }
}

extension Domain {
    /// Replaces the master key in the database; whoever calls has put the new one where it is found afterwards.
    ///
    /// This domain goes on with the old key and must be closed.
    /// - Throws: `StorageError`; nothing has changed then.
    public func rotateMasterKey(from old: MasterKey, to new: MasterKey) async throws(StorageError) {
        await audit.seal()
        let event = event(.masterKeyRotated)
        try await storage.reseal(MasterKeyRotation(from: old, to: new, event: event))
    }
}
