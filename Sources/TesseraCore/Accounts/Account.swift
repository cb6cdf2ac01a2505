/// A person who can log in.
///
/// The hash of their password is kept beside it: only a log-in reads that.
public struct Account: Sendable {
    /// The stable, opaque identifier: `sub` of the account's tokens.
    public let id: String
    /// The name as it was given.
    public let username: String
    /// The e-mail address, if one was given.
    public let email: String?
    /// The names of the roles.
    public let roles: [String]
    /// Whether the account may not be used.
    public let isDisabled: Bool
    /// Counts the events that end all that was issued before: compared inside every issuing transaction.
    public let generation: Int64
    /// When the account was made.
    public let createdAt: Timestamp

    /// Makes the value a store answers with.
    public init(
        id: String,
        username: String,
        email: String?,
        roles: [String],
        isDisabled: Bool,
        generation: Int64,
        createdAt: Timestamp
    ) {
        self.id = id
        self.username = username
        self.email = email
        self.roles = roles
        self.isDisabled = isDisabled
        self.generation = generation
        self.createdAt = createdAt
    }
}
