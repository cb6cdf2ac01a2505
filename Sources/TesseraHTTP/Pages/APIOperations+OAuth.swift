extension APIOperation {
    /// Tokens, and the documents about them.
    static func oauth(issuer: Issuer) -> [APIOperation] {
        tokenOperations + documents(issuer: issuer)
    }

    private static let clientFields = [
        Field("client_id", "The client; nothing means the built-in one."),
        Field("client_secret", "For a client with a secret, unless it is sent with Basic.", kind: .secret),
    ]

    private static let tokenOperations = [
        APIOperation(
            "POST",
            "/token",
            tag: "Tokens",
            id: "issueTokens",
            "Logs in, refreshes, or gives a client a token of its own.",
            security: .client,
            body: Body(
                mediaType: "application/x-www-form-urlencoded",
                fields: [
                    Field("grant_type", "password, refresh_token or client_credentials."),
                    Field("username", "For a log-in."),
                    Field("password", "For a log-in.", kind: .secret),
                    Field("refresh_token", "For a refresh.", kind: .secret),
                    Field("scope", "Scopes, separated by spaces; all that the roles give unless named."),
                    Field("resource", "What the token is for (RFC 8707)."),
                ] + clientFields
            ),
            answers: [
                Answer(200, "The tokens.", "TokenResponse"),
                Answer(400, "A refusal (RFC 6749 §5.2).", "OAuthError"),
                Answer(401, "The client did not prove who it is.", "OAuthError"),
                Answer(429, "Too many wrong credentials; see Retry-After.", "OAuthError"),
                Answer(503, "Overloaded, or the database does not answer; see Retry-After.", "OAuthError"),
            ]
        ),
        APIOperation(
            "POST",
            "/revoke",
            tag: "Tokens",
            id: "revokeToken",
            "Ends a refresh token with its session, or one access token (RFC 7009).",
            security: .client,
            body: Body(
                mediaType: "application/x-www-form-urlencoded",
                fields: [Field("token", "The token.", kind: .secret, required: true)] + clientFields
            ),
            answers: [
                Answer(200, "The token gives nothing any more, if it ever did."),
                Answer(400, "The token is another client's, or the request is malformed.", "OAuthError"),
                Answer(401, "The client did not prove who it is.", "OAuthError"),
                Answer(503, "The revocation could not be stored; try again.", "OAuthError"),
            ]
        ),
        APIOperation(
            "POST",
            "/introspect",
            tag: "Tokens",
            id: "introspectToken",
            "Tells a client with a secret about a token (RFC 7662).",
            security: .client,
            body: Body(
                mediaType: "application/x-www-form-urlencoded",
                fields: [Field("token", "The token.", kind: .secret, required: true)] + clientFields
            ),
            answers: [
                Answer(200, "The token's state; only active: false for who may not know more.", "Introspection"),
                Answer(400, "The request is malformed.", "OAuthError"),
                Answer(401, "The client did not prove who it is.", "OAuthError"),
            ]
        ),
    ]

    private static func documents(issuer: Issuer) -> [APIOperation] {
        let keySet = APIOperation(
            "GET",
            "/.well-known/jwks.json",
            tag: "Documents",
            id: "keySet",
            "The keys that verify access tokens (RFC 7517).",
            answers: [Answer(200, "The key set.", "Document"), Answer(304, "Unchanged since the ETag that was sent.")]
        )
        let resource = APIOperation(
            "GET",
            "/.well-known/oauth-protected-resource",
            tag: "Documents",
            id: "protectedResourceMetadata",
            "About this server as a resource (RFC 9728).",
            answers: [Answer(200, "The metadata.", "Document")]
        )
        let metadata = [
            ("oauth-authorization-server", "authorizationServerMetadata", "About this server (RFC 8414)."),
            ("openid-configuration", "openIDConfiguration", "About this server (OpenID Connect Discovery)."),
        ].flatMap { name, id, summary in
            issuer.wellKnownPaths(name).enumerated().map { index, path in
                APIOperation(
                    "GET",
                    path,
                    tag: "Documents",
                    id: index == 0 ? id : "\(id)\(index + 1)",
                    summary,
                    answers: [Answer(200, "The metadata.", "Document")]
                )
            }
        }
        return metadata + [keySet, resource]
    }
}
