/// All that the domain keeps.
///
/// Each operation is one transaction and one semantic step.
public protocol Storage: AccountStore, ClientStore, SessionStore, RevocationStore, SigningKeyStore, AuditStore,
    HistoryStore, Sendable
{
    /// Answers whether the database can be read and written now; does not throw, for `/health/ready`.
    func isReady() async -> Bool

    /// The latest time that was stored, nil in a new database.
    func latestTime() async throws(StorageError) -> Timestamp?

    /// Stores the time as the latest seen; an earlier one than is stored already only where it may step back.
    func storeLatestTime(_ now: Timestamp, mayStepBack: Bool) async throws(StorageError)

    /// When the last back-up was made, nil if there never was one.
    func latestBackup() async throws(StorageError) -> Timestamp?

    /// What the engine says of itself; with `checksIntegrity` it reads all of its pages.
    func diagnosis(checksIntegrity: Bool) async throws(StorageError) -> StorageDiagnosis
}
