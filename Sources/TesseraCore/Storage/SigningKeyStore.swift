/// Keeps the key ring.
///
/// A partial unique index holds that one key at most is active.
public protocol SigningKeyStore: Sendable {
    /// Whether other processes may add keys too.
    var isShared: Bool { get }

    /// Every key that is still published, the oldest first.
    func signingKeys() async throws(StorageError) -> [StoredSigningKey]

    /// Adds a key in the state it names.
    /// - Throws: `StorageError` with `taken` where it is active or upcoming and another one already is.
    func add(_ key: StoredSigningKey, event: AuditEvent) async throws(StorageError)

    /// Makes a key the active one; the one before it retires and stays published until the given time.
    /// - Throws: `StorageError` with `notFound` where the key is not upcoming.
    func activate(
        signingKeyID: String,
        predecessorPublishedUntil: Timestamp,
        event: AuditEvent
    ) async throws(StorageError)

    /// Takes a key out at once, unless it is the active one.
    /// - Throws: `StorageError` with `notFound`.
    func removeSigningKey(id: String, event: AuditEvent) async throws(StorageError)

    /// Deletes retired keys whose publication is over.
    func sweepSigningKeys(at now: Timestamp) async throws(StorageError)

    /// The time that all nodes share: the database's. Nil where there is one process, whose clock it is.
    func time() async throws(StorageError) -> Timestamp?

    /// Seals every signing key and every key of the audit trail anew, in one transaction with the value that proves the
    /// master key.
    /// - Throws: `StorageError` with `taken` where the database was not made with the old master key.
    func reseal(_ rotation: MasterKeyRotation) async throws(StorageError)

    /// Gives up every signing key and every key of the audit trail, and takes another master key, in one transaction.
    /// - Throws: `StorageError` with `taken` where the key is the database's own.
    func replaceMasterKey(_ replacement: MasterKeyReplacement) async throws(StorageError)

    /// The value that proves the master key; nil in a database that has had none.
    func storedMasterKeyCheck() async throws(StorageError) -> [UInt8]?

    /// The value that proves the master key, storing the given one where there is none yet.
    func masterKeyCheck(orStore value: [UInt8]) async throws(StorageError) -> [UInt8]
}
