public import JOSE
public import Passwords

/// What people do with their own accounts.
public struct AccountService: Sendable {
    let domain: Domain

    /// Makes the service over the domain.
    public init(_ domain: Domain) {
        self.domain = domain
    }

    /// Why a request about an account is refused.
    public enum Refusal: Error, Sendable {
        /// The token's session or account is no more: 401.
        case signedOut
        /// The token is of no person's session, but a client's own: 401.
        case noSession
        /// Registration is closed: 403.
        case registrationClosed
        /// The name is in use, or the address that an administrator assigns: 409.
        case taken
        /// A value is refused, with a stable code and the reason: 422.
        case invalid(code: String, reason: String)
        /// The current password is wrong: 403.
        case wrongPassword
        /// Too many wrong passwords: 429.
        case throttled(retryAfterSeconds: Int)
        /// Too many registrations from one address, or of one name: 429.
        case registeringTooFast(retryAfterSeconds: Int)
        /// The server is too busy or its database does not answer: 503.
        case unavailable(reason: String, retryAfterSeconds: Int)
    }

    /// A person and the session that asks, as the database knows them now.
    public struct Current: Sendable {
        /// The account.
        public let account: Account
        /// The session.
        public let session: Session
    }

    /// Who a verified access token stands for, read from the database and not from the token.
    /// - Throws: `Refusal` with `noSession` for a client's own token, `signedOut` where the session ended or the account
    ///   is disabled, `unavailable`.
    public func current(_ token: VerifiedToken) async throws(Refusal) -> Current {
        guard let sessionID = token.sessionID else { throw .noSession }
        let state: (session: Session, account: Account)?
        do {
            state = try await domain.storage.sessionWithAccount(id: sessionID)
        } catch {
            throw .unavailable(error)
        }
        // A token of ours is its session's; with a shared secret others write tokens too.
        guard let state, token.subject?.utf8.elementsEqual(state.account.id.utf8) == true,
            state.session.endedAt == nil, domain.clock.now() < state.session.expiresAt,
            !state.account.isDisabled, state.account.generation == state.session.accountGeneration
        else { throw .signedOut }
        return Current(account: state.account, session: state.session)
    }

    /// Makes an account for whoever asks, where registration is open.
    ///
    /// Each try counts against its address and its name, so that nobody can make accounts or try out names without end;
    /// the counts are not those of wrong passwords. Whether an e-mail address has an account here is not told: what
    /// somebody says of themselves clashes with nothing.
    public func register(
        username: String,
        password: Password,
        email: String?,
        address: ClientAddress
    ) async throws(Refusal) -> Account {
        guard domain.settings.isRegistrationOpen else { throw .registrationClosed }
        let subject = GuessSubject.account(Username.canonical(username))
        let now = domain.clock.monotonicMilliseconds()
        switch await domain.registrations.begin(subject, from: address, now: now) {
        case .allowed(let ticket): domain.registrations.failed(ticket)
        case .delayed(let seconds): throw .registeringTooFast(retryAfterSeconds: seconds)
        }
        // Whether such a name is free would tell whether the address has an account here, and nobody has proved that it is
        // theirs.
        if EmailAddress.fault(in: Username.canonical(username)) == nil {
            throw .invalid(
                code: "username_invalid",
                reason: "A user name must not be an e-mail address here: send that as email."
            )
        }
        return try await add(
            username: username,
            password: password,
            email: email,
            emailOrigin: .claimed,
            roles: [],
            detail: "by registration",
            address: address
        )
    }

    /// Changes the e-mail address of the person who asks; nil takes it away.
    public func changeEmail(_ current: Current, to email: String?) async throws(Refusal) -> Account {
        if let email, let fault = EmailAddress.fault(in: email) { throw .invalid(code: "email_invalid", reason: fault) }
        let event = AuditEvent(.emailChanged, at: domain.clock.now(), accountID: current.account.id)
        do {
            return try await domain.storage.claimEmail(email, accountID: current.account.id, event: event)
        } catch {
            throw error.code == .notFound ? .signedOut : .unavailable(error)
        }
    }

    /// Makes an account with roles.
    func add(
        username: String,
        password: Password,
        email: String?,
        emailOrigin: EmailOrigin = .assigned,
        roles: [String],
        detail: String,
        address: ClientAddress = .unix
    ) async throws(Refusal) -> Account {
        try check(username: username, email: email)
        try check(password, username: username)
        let hash = try await hash(password, from: address)
        return try await add(
            username: username,
            hash: hash,
            email: email,
            emailOrigin: emailOrigin,
            roles: roles,
            detail: detail
        )
    }

    /// Makes an account from a hash that is known to be within the bounds.
    func add(
        username: String,
        hash: PasswordHash,
        email: String?,
        emailOrigin: EmailOrigin = .assigned,
        roles: [String],
        detail: String
    ) async throws(Refusal) -> Account {
        try check(username: username, email: email)
        if let unknown = roles.first(where: { !domain.settings.roles.contains($0) }) {
            let known = domain.settings.roles.names.joined(separator: ", ")
            throw .invalid(code: "role_unknown", reason: "No role “\(unknown)” is configured; there are: \(known).")
        }
        let now = domain.clock.now()
        let account = Account(
            id: domain.random.identifier(),
            username: username,
            email: email,
            roles: roles,
            isDisabled: false,
            generation: 0,
            createdAt: now
        )
        let event = AuditEvent(.accountAdded, at: now, accountID: account.id, detail: detail)
        do {
            try await domain.storage.add(
                account,
                canonicalUsername: Username.canonical(username),
                passwordHash: hash,
                emailOrigin: emailOrigin,
                event: event
            )
        } catch {
            throw error.code == .taken ? .taken : .unavailable(error)
        }
        return account
    }

    /// Changes the password of the person who asks, and ends all other sessions.
    public func changePassword(
        _ current: Current,
        from old: Password,
        to new: Password,
        address: ClientAddress
    ) async throws(Refusal) {
        let account = current.account
        do {
            _ = try await Authenticator(domain: domain)
                .authenticate(username: account.username, password: old, address: address)
        } catch {
            switch error {
            case .rejected: throw .wrongPassword
            case .throttled(let seconds): throw .throttled(retryAfterSeconds: seconds)
            case .busy(let seconds): throw .unavailable(reason: "hashing_queue_full", retryAfterSeconds: seconds)
            case .storage(let error): throw .unavailable(error)
            }
        }
        try check(new, username: account.username)
        let event = AuditEvent(
            .passwordChanged,
            at: domain.clock.now(),
            accountID: account.id,
            sessionID: current.session.id
        )
        try await setPassword(
            of: account,
            to: new,
            keepingSession: current.session.id,
            event: event,
            address: address
        )
    }

    /// Stores a new password and ends sessions, all but one if it is named.
    func setPassword(
        of account: Account,
        to new: Password,
        keepingSession: String?,
        event: AuditEvent,
        address: ClientAddress = .unix
    ) async throws(Refusal) {
        try check(new, username: account.username)
        let hash = try await hash(new, from: address)
        do {
            domain.revocations.add(
                try await domain.storage.setPassword(
                    accountID: account.id,
                    to: hash,
                    keepingSession: keepingSession,
                    accessTokenLifetime: domain.settings.accessTokenLifetime,
                    event: event
                )
            )
        } catch {
            throw error.code == .notFound ? .signedOut : .unavailable(error)
        }
        domain.passwordReplaced(account.username)
    }

    /// Removes the asking person's account.
    public func remove(_ current: Current) async throws(Refusal) {
        let event = AuditEvent(
            .accountRemoved,
            at: domain.clock.now(),
            accountID: current.account.id,
            detail: "by its owner"
        )
        do {
            domain.revocations.add(
                try await domain.storage.remove(
                    accountID: current.account.id,
                    accessTokenLifetime: domain.settings.accessTokenLifetime,
                    event: event
                )
            )
        } catch {
            throw .unavailable(error)
        }
        domain.passwordReplaced(current.account.username)
    }

    private func check(username: String, email: String?) throws(Refusal) {
        if let fault = Username.fault(in: username) { throw .invalid(code: "username_invalid", reason: fault) }
        if let email, let fault = EmailAddress.fault(in: email) { throw .invalid(code: "email_invalid", reason: fault) }
    }

    private func check(_ password: Password, username: String) throws(Refusal) {
        if let violation = domain.passwords.violation(of: password, username: username) {
            throw .invalid(code: violation.code.rawValue, reason: violation.reason)
        }
    }

    private func hash(_ password: Password, from address: ClientAddress) async throws(Refusal) -> PasswordHash {
        let hash: PasswordHash?
        do {
            hash = try await domain.passwords.hash(password, from: address)
        } catch {
            throw .unavailable(reason: "hashing_queue_full", retryAfterSeconds: error.retryAfterSeconds)
        }
        guard let hash else { throw .unavailable(reason: "hashing_failed", retryAfterSeconds: 1) }
        return hash
    }
}

extension AccountService.Refusal {
    static func unavailable(_ error: StorageError) -> AccountService.Refusal {
        .unavailable(reason: error.description, retryAfterSeconds: 1)
    }
}
