public import Passwords

/// An account as an operator sees it.
public struct AccountRecord: Codable, Sendable, Hashable {
    /// `sub` of its tokens.
    public let id: String
    /// The user name.
    public let username: String
    /// The e-mail address.
    public let email: String?
    /// The roles.
    public let roles: [String]
    /// Whether it may not be used.
    public let disabled: Bool
    /// When it was made.
    public let createdAt: Timestamp

    /// What an operator may see of an account: all but the hash.
    public init(_ account: Account) {
        self.id = account.id
        self.username = account.username
        self.email = account.email
        self.roles = account.roles
        self.disabled = account.isDisabled
        self.createdAt = account.createdAt
    }
}

/// Adds an account (`user add`).
public struct AddAccount: AdministrationCommand {
    /// What is answered.
    public typealias Reply = AccountRecord
    /// The name that the command travels under.
    public static let name = "user.add"
    let username: String
    let email: String?
    let roles: [String]
    let password: TransportedSecret

    /// Asks for a new account.
    public init(username: String, email: String?, roles: [String], password: Secret) {
        self.username = username
        self.email = email
        self.roles = roles
        self.password = TransportedSecret(password)
    }

    /// Carries the command out.
    public func run(in domain: Domain) async throws(AdministrationError) -> AccountRecord {
        do {
            let account = try await AccountService(domain)
                .add(
                    username: username,
                    password: Password(password.secret.revealed),
                    email: email,
                    roles: roles,
                    detail: domain.author.signing()
                )
            return AccountRecord(account)
        } catch {
            throw AdministrationError(error, username: username)
        }
    }
}

/// Adds accounts with hashes of another system (`user import`), each for itself.
public struct ImportAccounts: AdministrationCommand {
    /// One line of the file.
    public struct Row: Codable, Sendable {
        let username: String
        let passwordHash: TransportedSecret
        let email: String?
        let roles: [String]

        /// Makes a row.
        public init(username: String, passwordHash: Secret, email: String?, roles: [String]) {
            self.username = username
            self.passwordHash = TransportedSecret(passwordHash)
            self.email = email
            self.roles = roles
        }
    }

    /// Why each row was rejected, in the rows' order; nil where it was imported.
    public typealias Reply = [String?]
    /// The name that the command travels under.
    public static let name = "user.import"
    let rows: [Row]

    /// Asks for an import.
    public init(_ rows: [Row]) {
        self.rows = rows
    }

    /// Carries the command out.
    public func run(in domain: Domain) async throws(AdministrationError) -> [String?] {
        var answers: [String?] = []
        for row in rows {
            do {
                let hash: PasswordHash
                do {
                    hash = try PasswordHash(parsing: row.passwordHash.secret.revealed)
                } catch {
                    answers.append(error.description)
                    continue
                }
                _ = try await AccountService(domain)
                    .add(
                        username: row.username,
                        hash: hash,
                        email: row.email,
                        roles: row.roles,
                        detail: domain.author.signing("imported")
                    )
                answers.append(nil)
            } catch {
                let error = AdministrationError(error, username: row.username)
                if error.code == .unavailable { throw error }
                answers.append(error.message)
            }
        }
        return answers
    }
}

/// Lists accounts by name, a page at a time (`user list`).
public struct ListAccounts: AdministrationCommand {
    /// What is answered.
    public typealias Reply = [AccountRecord]
    /// The name that the command travels under.
    public static let name = "user.list"
    let after: String?
    let limit: Int

    /// Asks for up to 1,000 accounts whose name follows another.
    public init(after username: String? = nil, limit: Int = 1000) {
        self.after = username
        self.limit = limit
    }

    /// Carries the command out.
    public func run(in domain: Domain) async throws(AdministrationError) -> [AccountRecord] {
        try await administering { () async throws(StorageError) in
            try await domain.storage
                .accounts(after: after.map(Username.canonical), limit: min(max(limit, 1), 1000))
                .map(AccountRecord.init)
        }
    }
}

/// Shows an account (`user show`).
public struct ShowAccount: AdministrationCommand {
    /// What is answered.
    public typealias Reply = AccountRecord
    /// The name that the command travels under.
    public static let name = "user.show"
    let username: String

    /// Asks for an account by its name.
    public init(username: String) {
        self.username = username
    }

    /// Carries the command out.
    public func run(in domain: Domain) async throws(AdministrationError) -> AccountRecord {
        AccountRecord(try await domain.account(named: username))
    }
}

/// Disables or enables an account (`user disable`, `user enable`).
public struct SetAccountDisabled: AdministrationCommand {
    /// What is answered.
    public typealias Reply = Done
    /// The name that the command travels under.
    public static let name = "user.set-disabled"
    let username: String
    let disabled: Bool

    /// Asks to disable or enable an account.
    public init(username: String, disabled: Bool) {
        self.username = username
        self.disabled = disabled
    }

    /// Carries the command out.
    public func run(in domain: Domain) async throws(AdministrationError) -> Done {
        let account = try await domain.account(named: username)
        if account.isDisabled == disabled { return Done() }
        let event = domain.event(disabled ? .accountDisabled : .accountEnabled, accountID: account.id)
        let revocations = try await administering { () async throws(StorageError) in
            try await domain.storage.setDisabled(
                disabled,
                accountID: account.id,
                accessTokenLifetime: domain.settings.accessTokenLifetime,
                event: event
            )
        }
        domain.revocations.add(revocations)
        return Done()
    }
}

/// Sets a password and ends the account's sessions (`user set-password`).
public struct SetPassword: AdministrationCommand {
    /// What is answered.
    public typealias Reply = Done
    /// The name that the command travels under.
    public static let name = "user.set-password"
    let username: String
    let password: TransportedSecret

    /// Asks to set a password.
    public init(username: String, password: Secret) {
        self.username = username
        self.password = TransportedSecret(password)
    }

    /// Carries the command out.
    public func run(in domain: Domain) async throws(AdministrationError) -> Done {
        let account = try await domain.account(named: username)
        let event = domain.event(.passwordSet, accountID: account.id)
        do {
            try await AccountService(domain)
                .setPassword(of: account, to: Password(password.secret.revealed), keepingSession: nil, event: event)
        } catch {
            throw AdministrationError(error, username: username)
        }
        return Done()
    }
}

/// Removes an account (`user remove`).
public struct RemoveAccount: AdministrationCommand {
    /// What is answered.
    public typealias Reply = Done
    /// The name that the command travels under.
    public static let name = "user.remove"
    let username: String

    /// Asks to remove an account.
    public init(username: String) {
        self.username = username
    }

    /// Carries the command out.
    public func run(in domain: Domain) async throws(AdministrationError) -> Done {
        let account = try await domain.account(named: username)
        let event = domain.event(.accountRemoved, accountID: account.id)
        let revocations = try await administering { () async throws(StorageError) in
            try await domain.storage.remove(
                accountID: account.id,
                accessTokenLifetime: domain.settings.accessTokenLifetime,
                event: event
            )
        }
        domain.revocations.add(revocations)
        domain.passwordReplaced(account.username)
        return Done()
    }
}

/// Asks whether anybody is left who may administer.
public struct FindAdministrator: AdministrationCommand {
    /// What is answered: whether there is one.
    public typealias Reply = Bool
    /// The name that the command travels under.
    public static let name = "user.find-administrator"

    /// Asks whether an account that may log in has the role `admin`.
    public init() {}

    /// Carries the command out.
    public func run(in domain: Domain) async throws(AdministrationError) -> Bool {
        try await administering { () async throws(StorageError) in try await domain.storage.hasAdministrator() }
    }
}

extension Domain {
    /// The account of a name.
    func account(named username: String) async throws(AdministrationError) -> Account {
        let account = try await administering { () async throws(StorageError) in
            try await storage.account(canonicalUsername: Username.canonical(username))
        }
        guard let account else { throw AdministrationError(.notFound, "There is no user “\(username)”.") }
        return account
    }
}
