internal import Passwords

/// Checks a user name and password: throttle, look-up, one hash on every path.
struct Authenticator: Sendable {
    /// Why a log-in failed.
    enum Failure: Error, Sendable {
        /// No such account, a wrong password, or a disabled account: told apart in the log alone.
        case rejected(reason: String)
        /// Too many guesses.
        case throttled(retryAfterSeconds: Int)
        /// The hashing queue is full.
        case busy(retryAfterSeconds: Int)
        /// The database does not answer.
        case storage(StorageError)
    }

    let domain: Domain

    /// The account that a user name and password prove.
    func authenticate(
        username: String,
        password: Password,
        address: ClientAddress
    ) async throws(Failure) -> Account {
        let canonical = Username.canonical(username)
        let now = domain.clock.monotonicMilliseconds()
        let ticket: GuessTicket
        switch await domain.throttle.begin(.account(canonical), from: address, now: now) {
        case .allowed(let allowed): ticket = allowed
        case .delayed(let seconds):
            tellOfThrottling(canonical, address)
            throw .throttled(retryAfterSeconds: seconds)
        }
        let found: (account: Account, passwordHash: PasswordHash)?
        do {
            // What cannot be a name is looked up all the same, so that both take the same time.
            let isName = Username.fault(in: username) == nil
            found = try await domain.storage.credentials(canonicalUsername: isName ? canonical : "")
        } catch {
            domain.throttle.withdrawn(ticket)
            throw .storage(error)
        }
        let isRight: Bool
        do {
            isRight = try await domain.passwords.verify(password, found?.passwordHash, from: address)
        } catch {
            // Nothing was guessed: the try is given back.
            domain.throttle.withdrawn(ticket)
            throw .busy(retryAfterSeconds: error.retryAfterSeconds)
        }
        guard let (account, hash) = found, isRight else {
            domain.throttle.failed(ticket)
            throw .rejected(reason: found == nil ? "unknown_user" : "wrong_password")
        }
        domain.throttle.succeeded(ticket)
        if account.isDisabled {
            if domain.audit.admits(.loginRefused, about: account.id) {
                domain.audit.recordAside(event(.loginRefused, account, address, "the account is disabled, "))
            }
            throw .rejected(reason: "account_disabled")
        }
        await rehash(account, hash, password, address)
        return account
    }

    /// Tells of delayed guesses at an account that exists: what was typed for a name may be a password.
    ///
    /// Nobody waits for it: the answer must take the same time whether there is such an account or not.
    private func tellOfThrottling(_ canonical: String, _ address: ClientAddress) {
        guard domain.audit.admits(.loginThrottled, about: canonical) else { return }
        Task {
            guard let account = try? await domain.storage.account(canonicalUsername: canonical) else { return }
            domain.audit.recordAside(event(.loginThrottled, account, address))
        }
    }

    private func event(
        _ kind: AuditEvent.Kind,
        _ account: Account,
        _ address: ClientAddress,
        _ reason: String = ""
    ) -> AuditEvent {
        AuditEvent(kind, at: domain.clock.now(), accountID: account.id, detail: "\(reason)address \(address)")
    }

    /// Replaces a hash of another system or of older parameters; a failure costs nothing but the next try.
    private func rehash(
        _ account: Account,
        _ hash: PasswordHash,
        _ password: Password,
        _ address: ClientAddress
    ) async {
        guard domain.passwords.needsRehash(hash) else { return }
        guard let better = try? await domain.passwords.hash(password, from: address) else { return }
        try? await domain.storage.rehash(accountID: account.id, from: hash, to: better)
    }
}
