import JOSE
import TesseraCore

/// How records are shown: JSON members in `snake_case` with times in RFC 3339, and cells of a table.
enum RecordFormat {
    static func time(_ moment: Timestamp) -> String { CivilTime(seconds: moment.seconds).dateAndSeconds }

    /// To the millisecond, as the chain's hashes cover it.
    static func precise(_ moment: Timestamp) -> String {
        CivilTime(seconds: moment.seconds, milliseconds: moment.milliseconds - moment.seconds * 1000).dateAndTime
    }

    static func list(_ values: [String]) -> JSONValue { .array(values.map { .string($0) }) }

    static func optional(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }

    static func json(_ account: AccountRecord) -> JSONValue {
        [
            "id": .string(account.id), "username": .string(account.username), "email": optional(account.email),
            "roles": list(account.roles), "disabled": .bool(account.disabled),
            "created_at": .string(time(account.createdAt)),
        ]
    }

    static func json(_ client: ClientRecord) -> JSONValue {
        [
            "id": .string(client.id), "name": optional(client.name), "confidential": .bool(client.confidential),
            "first_party": .bool(client.firstParty), "grants": list(client.grants),
            "scopes": client.scopes.map(list) ?? .null, "audiences": list(client.audiences),
            "origins": list(client.origins), "redirect_uris": list(client.redirectURIs),
            "created_at": .string(time(client.createdAt)),
        ]
    }

    static func json(_ session: SessionRecord, username: String?) -> JSONValue {
        [
            "id": .string(session.id), "account_id": .string(session.accountID), "username": optional(username),
            "client_id": .string(session.clientID), "scope": .string(session.scope),
            "authenticated_at": .string(time(session.authenticatedAt)),
            "refreshed_at": .string(time(session.refreshedAt)), "expires_at": .string(time(session.expiresAt)),
        ]
    }

    static func json(_ key: SigningKeyRecord) -> JSONValue {
        [
            "id": .string(key.id), "algorithm": .string(key.algorithm), "state": .string(key.state.rawValue),
            "created_at": .string(time(key.createdAt)), "active_from": .string(time(key.activeFrom)),
            "published_until": optional(key.publishedUntil.map(time)),
        ]
    }

    static func json(_ row: AuditRecord) -> JSONValue {
        [
            "number": .number(JSONNumber(row.number)), "at": .string(precise(row.at)), "event": .string(row.event),
            "account_id": optional(row.accountID), "username": optional(row.username),
            "client_id": optional(row.clientID), "session_id": optional(row.sessionID), "detail": optional(row.detail),
            "head": .string(row.head),
        ]
    }

    static func json(_ result: AuditVerification) -> JSONValue {
        [
            "rows": .number(JSONNumber(result.rows)), "head": optional(result.head),
            "unsealed": .number(JSONNumber(Int64(result.unsealed))),
            "fault": result.fault.map { fault in
                ["number": .number(JSONNumber(fault.number)), "kind": .string(fault.kind.rawValue)]
            } ?? .null,
        ]
    }

    /// Names and values below each other, for one record.
    static func lines(_ record: JSONValue) -> String {
        var table = TextTable()
        for member in record.objectValue?.members ?? [] { table.add([member.name, cell(member.value)]) }
        return table.text
    }

    private static func cell(_ value: JSONValue) -> String {
        switch value {
        case .null: "-"
        case .string(let text): text
        case .array(let values): values.isEmpty ? "-" : values.map(cell).joined(separator: " ")
        case .bool(let flag): flag ? "yes" : "no"
        default: value.text
        }
    }
}
