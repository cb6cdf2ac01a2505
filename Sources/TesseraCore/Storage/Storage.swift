/// All that the domain keeps.
///
/// Each operation is one transaction and one semantic step.
public protocol Storage: AccountStore, ClientStore, SessionStore, RevocationStore, SigningKeyStore, Sendable {
    /// Answers whether the database can be read and written now; does not throw, for `/health/ready`.
    func isReady() async -> Bool
}
