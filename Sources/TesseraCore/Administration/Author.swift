/// Who asks for a change, as the audit trail names them.
public enum Author: Sendable, Hashable, CustomStringConvertible {
    /// Whoever may use the command line of the server's machine.
    case commandLine
    /// An account with the role `admin`, over `/admin`, by its `sub`.
    case administrator(accountID: String)
    /// The server itself, at its very first start.
    case firstStart
    /// An app that has the server in it, by a name of its choice.
    case application(String)

    /// `sub` of the account; nil for whoever has none here.
    var accountID: String? {
        if case .administrator(let accountID) = self { accountID } else { nil }
    }

    /// What a row says, and who asked for it.
    public func signing(_ detail: String? = nil) -> String { "\(detail.map { $0 + ", " } ?? "")by \(self)" }

    /// The words that follow “by”.
    public var description: String {
        switch self {
        case .commandLine: "the command line"
        case .administrator(let accountID): "administrator \(accountID)"
        case .firstStart: "the first start"
        case .application(let name): "the application \(name)"
        }
    }
}

extension Domain {
    /// The row of a command, at this time and with its author.
    func event(
        _ kind: AuditEvent.Kind,
        accountID: String? = nil,
        clientID: String? = nil,
        sessionID: String? = nil,
        detail: String? = nil
    ) -> AuditEvent {
        AuditEvent(
            kind,
            at: clock.now(),
            accountID: accountID,
            clientID: clientID,
            sessionID: sessionID,
            detail: author.signing(detail)
        )
    }
}
