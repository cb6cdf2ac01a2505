internal import JOSE

/// The shapes of answers.
enum OpenAPISchemas {
    static let all: JSONObject = [
        "TokenResponse": object([
            ("access_token", text), ("token_type", text), ("expires_in", integer), ("refresh_token", text),
            ("scope", text),
        ]),
        "OAuthError": object([("error", text), ("error_description", text)]),
        "Introspection": object([
            ("active", flag), ("token_type", text), ("scope", text), ("client_id", text), ("username", text),
            ("sub", text), ("exp", integer),
        ]),
        "Problem": object([
            ("type", text), ("title", text), ("status", integer), ("code", text), ("detail", text),
            ("request_id", text),
        ]),
        "Account": object([
            ("id", text), ("username", text), ("email", optional), ("roles", texts), ("scope", text),
            ("created_at", time),
        ]),
        "Sessions": ["type": "array", "items": session],
        "AccountRecord": account,
        "Accounts": object([("users", ["type": "array", "items": account]), ("next", text)]),
        "ImportErrors": list("errors", of: optional),
        "Client": object(client),
        "ClientWithSecret": object(client + [("client_secret", text)]),
        "Clients": list("clients", of: object(client)),
        "SessionRecords": list("sessions", of: object(sessionMembers + [("account_id", text)])),
        "SigningKey": signingKey,
        "SigningKeys": list("signing_keys", of: signingKey),
        "AuditRows": list(
            "events",
            of: object([
                ("number", integer), ("at", time), ("event", text), ("account_id", optional), ("username", optional),
                ("client_id", optional), ("session_id", optional), ("detail", optional), ("head", text),
            ])
        ),
        "Status": object([("status", text)]),
        "Document": ["type": "object"],
        "Text": text,
    ]

    private static let text: JSONValue = ["type": "string"]
    private static let optional: JSONValue = ["type": ["string", "null"]]
    private static let integer: JSONValue = ["type": "integer"]
    private static let flag: JSONValue = ["type": "boolean"]
    private static let time: JSONValue = ["type": "string", "format": "date-time"]
    private static let optionalTime: JSONValue = ["type": ["string", "null"], "format": "date-time"]
    private static let texts: JSONValue = ["type": "array", "items": text]

    private static let account = object([
        ("id", text), ("username", text), ("email", optional), ("roles", texts), ("disabled", flag),
        ("created_at", time),
    ])

    private static let client: [(String, JSONValue)] = [
        ("id", text), ("name", optional), ("confidential", flag), ("first_party", flag), ("grants", texts),
        ("scopes", ["type": ["array", "null"], "items": text]), ("audiences", texts), ("origins", texts),
        ("redirect_uris", texts), ("created_at", time),
    ]

    private static let sessionMembers: [(String, JSONValue)] = [
        ("id", text), ("client_id", text), ("scope", text), ("authenticated_at", time), ("refreshed_at", time),
        ("expires_at", time),
    ]

    private static let session = object(sessionMembers + [("current", flag)])

    private static let signingKey = object([
        ("id", text), ("algorithm", text), ("state", ["type": "string", "enum": ["upcoming", "active", "retired"]]),
        ("created_at", time), ("active_from", time), ("published_until", optionalTime),
    ])

    private static func object(_ members: [(String, JSONValue)]) -> JSONValue {
        var properties = JSONObject()
        for (name, schema) in members { properties[name] = schema }
        return ["type": "object", "properties": .object(properties)]
    }

    private static func list(_ name: String, of item: JSONValue) -> JSONValue {
        object([(name, ["type": "array", "items": item])])
    }
}
