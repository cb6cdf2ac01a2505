/// The asking person's own log-ins.
extension AccountService {
    /// The live log-ins of the person who asks, the newest first.
    public func sessions(_ current: Current) async throws(Refusal) -> [Session] {
        do {
            return try await domain.storage
                .sessions(accountID: current.account.id, at: domain.clock.now(), limit: 1000)
        } catch {
            throw .unavailable(error)
        }
    }

    /// Ends one of the asking person's own sessions; answers whether there was such a one.
    public func endSession(_ id: String, of current: Current) async throws(Refusal) -> Bool {
        guard !id.utf8.contains(0) else { return false }
        let event = AuditEvent(
            .sessionEnded,
            at: domain.clock.now(),
            accountID: current.account.id,
            sessionID: id,
            detail: "logged out"
        )
        do {
            let revocations = try await domain.storage.end(
                sessionID: id,
                accountID: current.account.id,
                accessTokenLifetime: domain.settings.accessTokenLifetime,
                event: event
            )
            domain.revocations.add(revocations)
            return !revocations.isEmpty
        } catch {
            throw .unavailable(error)
        }
    }

    /// Logs the asking person out everywhere.
    public func endAllSessions(_ current: Current) async throws(Refusal) {
        let event = AuditEvent(
            .sessionEnded,
            at: domain.clock.now(),
            accountID: current.account.id,
            detail: "logged out everywhere"
        )
        do {
            domain.revocations.add(
                try await domain.storage.endSessions(
                    accountID: current.account.id,
                    accessTokenLifetime: domain.settings.accessTokenLifetime,
                    event: event
                )
            )
        } catch {
            throw .unavailable(error)
        }
    }
}
