internal import JOSE
internal import Passwords
internal import TesseraCore

extension AccountRecord {
    var json: JSONValue {
        [
            "id": .string(id),
            "username": .string(username),
            "email": email.map { .string($0) } ?? .null,
            "roles": .array(roles.map { .string($0) }),
            "disabled": .bool(disabled),
            "created_at": .string(createdAt.text),
        ]
    }
}

extension ClientRecord {
    var members: JSONObject {
        [
            "id": .string(id),
            "name": name.map { .string($0) } ?? .null,
            "confidential": .bool(confidential),
            "first_party": .bool(firstParty),
            "grants": .array(grants.map { .string($0) }),
            "scopes": scopes.map { .array($0.map { .string($0) }) } ?? .null,
            "audiences": .array(audiences.map { .string($0) }),
            "origins": .array(origins.map { .string($0) }),
            "redirect_uris": .array(redirectURIs.map { .string($0) }),
            "created_at": .string(createdAt.text),
        ]
    }
}

extension ClientWithSecret {
    /// The only answer that holds a secret, and only this once.
    var json: JSONValue {
        var members = client.members
        if let secret { members["client_secret"] = .string(secret.secret.revealed) }
        return .object(members)
    }
}

extension SessionRecord {
    var json: JSONValue {
        [
            "id": .string(id),
            "account_id": .string(accountID),
            "client_id": .string(clientID),
            "scope": .string(scope),
            "authenticated_at": .string(authenticatedAt.text),
            "refreshed_at": .string(refreshedAt.text),
            "expires_at": .string(expiresAt.text),
        ]
    }
}

extension SigningKeyRecord {
    var json: JSONValue {
        [
            "id": .string(id),
            "algorithm": .string(algorithm),
            "state": .string(state.rawValue),
            "created_at": .string(createdAt.text),
            "active_from": .string(activeFrom.text),
            "published_until": publishedUntil.map { .string($0.text) } ?? .null,
        ]
    }
}

extension AuditRecord {
    var json: JSONValue {
        [
            "number": .number(JSONNumber(number)),
            "at": .string(at.text),
            "event": .string(event),
            "account_id": accountID.map { .string($0) } ?? .null,
            "username": username.map { .string($0) } ?? .null,
            "client_id": clientID.map { .string($0) } ?? .null,
            "session_id": sessionID.map { .string($0) } ?? .null,
            "detail": detail.map { .string($0) } ?? .null,
            "head": .string(head),
        ]
    }
}

extension Array<JSONValue> {
    /// A list under a name, so that members can be added beside it later.
    func json(_ name: String) -> JSONValue { .object([name: .array(self)]) }
}
