/// Gives a database another master key where the one before is lost: what that sealed is given up.
public struct MasterKeyReplacement: Sendable {
    private let key: MasterKey
    /// The audit row that tells of it.
    public let event: AuditEvent

    /// Makes a request.
    public init(by key: MasterKey, at now: Timestamp) {
        self.key = key
        let detail = Author.commandLine.signing("the one before was lost")
        self.event = AuditEvent(.masterKeyRotated, at: now, detail: detail)
    }

    /// What proves the new key.
    public var checkValue: [UInt8] { key.checkValue }

    /// A new key of the audit trail.
    public func auditKey(version: Int64) throws(MasterKeyError) -> StoredAuditKey {
        do {
            return try key.auditKey(version: version)
        } catch {
            throw .cannotSeal
        }
    }
}
