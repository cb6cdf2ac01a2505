public import Passwords

/// Keeps accounts.
///
/// Where an operation ends sessions it answers with the revocations it wrote, for the node's memory.
public protocol AccountStore: Sendable {
    /// Adds an account; `canonicalUsername` is unique.
    ///
    /// - Parameters:
    ///   - account: The account.
    ///   - canonicalUsername: The form of its name that no other has as its name or assigned address.
    ///   - passwordHash: The hash of its password.
    ///   - emailOrigin: Who says that the address is the account's.
    ///   - event: What the audit trail tells of it.
    /// - Throws: `StorageError` with `taken` where the name or an assigned address is in use, `unavailable` otherwise.
    func add(
        _ account: Account,
        canonicalUsername: String,
        passwordHash: PasswordHash,
        emailOrigin: EmailOrigin,
        event: AuditEvent
    ) async throws(StorageError)

    /// The account whose name has this canonical form.
    func account(canonicalUsername: String) async throws(StorageError) -> Account?

    /// The same with the hash of its password.
    /// - Throws: `StorageError` with `corrupt` where the stored hash cannot be read, `unavailable`.
    func credentials(
        canonicalUsername: String
    ) async throws(StorageError) -> (account: Account, passwordHash: PasswordHash)?

    /// The account with an identifier.
    func account(id: String) async throws(StorageError) -> Account?

    /// Up to `limit` accounts whose canonical name follows `after`, sorted by it.
    func accounts(after canonicalUsername: String?, limit: Int) async throws(StorageError) -> [Account]

    /// Whether an account that may log in has the role of administrators.
    func hasAdministrator() async throws(StorageError) -> Bool

    /// Sets the e-mail address that a person claims, or takes it away, and answers the account as it is then.
    /// - Throws: `StorageError` with `notFound`, `unavailable`.
    func claimEmail(_ email: String?, accountID: String, event: AuditEvent) async throws(StorageError) -> Account

    /// Replaces a hash by a better one of the same password; does nothing where the stored one is no longer `old`.
    func rehash(accountID: String, from old: PasswordHash, to new: PasswordHash) async throws(StorageError)

    /// Sets a password and ends the account's sessions, all but one if it is named.
    /// - Throws: `StorageError` with `notFound` where there is no such account.
    func setPassword(
        accountID: String,
        to hash: PasswordHash,
        keepingSession: String?,
        accessTokenLifetime: Duration,
        event: AuditEvent
    ) async throws(StorageError) -> [Revocation]

    /// Disables or enables an account. Disabling ends its sessions and every token it was issued.
    func setDisabled(
        _ isDisabled: Bool,
        accountID: String,
        accessTokenLifetime: Duration,
        event: AuditEvent
    ) async throws(StorageError) -> [Revocation]

    /// Removes an account, its sessions and every token it was issued.
    func remove(
        accountID: String,
        accessTokenLifetime: Duration,
        event: AuditEvent
    ) async throws(StorageError) -> [Revocation]
}
