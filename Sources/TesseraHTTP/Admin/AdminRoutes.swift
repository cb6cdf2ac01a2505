internal import BearerAuth
internal import BearerAuthHummingbird
internal import Hummingbird
internal import JOSE
internal import Passwords
internal import TesseraCore

extension AdminEndpoints {
    /// Adds every route under `/admin`.
    func addRoutes(to router: Router<ServerContext>, protectedBy auth: BearerAuth) {
        let admin = router.protected(by: auth, "admin").requiring(RoleTable.administratorScope)
        addAccountRoutes(to: admin)
        addClientRoutes(to: admin)
        addSessionRoutes(to: admin)
        addSigningKeyRoutes(to: admin)
        addAuditRoutes(to: admin)
    }

    private func addAccountRoutes(to admin: RouterGroup<SignedInContext>) {
        admin.get("users") { request, context in
            let limit = try request.pageSize()
            return try await self.perform(context) {
                let after = try request.queryParameter("after").map { text throws(Problem) in
                    let name = self.domain.pages.name(in: text, of: "users")
                    return try Self.value(name, "after", "the next of the page before")
                }
                return ListAccounts(after: after, limit: limit)
            } json: { accounts in
                var answer: JSONObject = ["users": .array(accounts.map(\.json))]
                if accounts.count == limit, let last = accounts.last {
                    answer["next"] = .string(self.domain.pages.token(after: last.username, in: "users"))
                }
                return .object(answer)
            }
        }
        admin.post("users") { request, context in
            try await self.perform(context, status: .created) {
                let members = try await self.members(request)
                try members.requireNoOther("username", "email", "roles", "password")
                return AddAccount(
                    username: try members.string("username"),
                    email: try members.optionalString("email"),
                    roles: try members.strings("roles"),
                    password: Secret(try members.string("password"))
                )
            } json: {
                $0.json
            }
        }
        admin.post("user-imports") { request, context in
            try await self.perform(context) {
                let members = try await self.members(request)
                return ImportAccounts(
                    try members.objects("users").map { row throws(Problem) in
                        ImportAccounts.Row(
                            username: try row.string("username"),
                            passwordHash: Secret(try row.string("password_hash")),
                            email: try row.optionalString("email"),
                            roles: try row.strings("roles")
                        )
                    }
                )
            } json: { reasons in
                reasons.map { $0.map { .string($0) } ?? .null }.json("errors")
            }
        }
        admin.get("users/:username") { _, context in
            try await self.perform(context) {
                ShowAccount(username: try context.parent.pathParameter("username"))
            } json: {
                $0.json
            }
        }
        admin.delete("users/:username") { _, context in
            try await self.perform(context) { RemoveAccount(username: try context.parent.pathParameter("username")) }
        }
        for (verb, disabled) in [("disable", true), ("enable", false)] {
            admin.post("users/:username/\(verb)") { _, context in
                try await self.perform(context) {
                    SetAccountDisabled(username: try context.parent.pathParameter("username"), disabled: disabled)
                }
            }
        }
        admin.put("users/:username/password") { request, context in
            try await self.perform(context) {
                let members = try await self.members(request)
                try members.requireNoOther("password")
                return SetPassword(
                    username: try context.parent.pathParameter("username"),
                    password: Secret(try members.string("password"))
                )
            }
        }
        admin.delete("users/:username/sessions") { _, context in
            try await self.perform(context) {
                RevokeSessionsOfAccount(username: try context.parent.pathParameter("username"))
            }
        }
    }

    private func addClientRoutes(to admin: RouterGroup<SignedInContext>) {
        admin.get("clients") { _, context in
            try await self.perform(context) {
                ListClients()
            } json: {
                $0.map { .object($0.members) }.json("clients")
            }
        }
        admin.post("clients") { request, context in
            try await self.perform(context, status: .created) {
                let members = try await self.members(request)
                try members.requireNoOther(
                    "id",
                    "name",
                    "confidential",
                    "grants",
                    "scopes",
                    "audiences",
                    "origins",
                    "redirect_uris"
                )
                return AddClient(
                    id: try members.string("id"),
                    displayName: try members.optionalString("name"),
                    confidential: try members.bool("confidential"),
                    grants: try members.strings("grants"),
                    scopes: try members.strings("scopes"),
                    audiences: try members.strings("audiences"),
                    origins: try members.strings("origins"),
                    redirectURIs: try members.strings("redirect_uris")
                )
            } json: {
                $0.json
            }
        }
        admin.get("clients/:id") { _, context in
            try await self.perform(context) {
                ShowClient(id: try context.parent.pathParameter("id"))
            } json: {
                .object($0.members)
            }
        }
        admin.delete("clients/:id") { _, context in
            try await self.perform(context) { RemoveClient(id: try context.parent.pathParameter("id")) }
        }
        admin.post("clients/:id/secret") { _, context in
            try await self.perform(context) {
                RotateClientSecret(id: try context.parent.pathParameter("id"))
            } json: {
                $0.json
            }
        }
    }

    private func addSessionRoutes(to admin: RouterGroup<SignedInContext>) {
        admin.get("sessions") { request, context in
            try await self.perform(context) {
                ListSessions(username: try request.queryParameter("user"))
            } json: {
                $0.map(\.json).json("sessions")
            }
        }
        admin.delete("sessions/:id") { _, context in
            try await self.perform(context) { RevokeSession(id: try context.parent.pathParameter("id")) }
        }
    }

    private func addAuditRoutes(to admin: RouterGroup<SignedInContext>) {
        admin.get("audit") { request, context in
            try await self.perform(context) {
                let after = try request.queryParameter("after")
                return ReadAudit(
                    username: try request.queryParameter("user"),
                    event: try request.queryParameter("event"),
                    since: try request.queryParameter("since").map { text throws(Problem) in
                        try Self.value(Timestamp(rfc3339: text), "since", "a time such as 2026-11-28T16:00:00Z")
                    },
                    after: try after.map { text throws(Problem) in try Self.value(Int64(text), "after", "a number") },
                    limit: try request.pageSize(),
                    isContinued: after != nil
                )
            } json: {
                $0.map(\.json).json("events")
            }
        }
    }

    private static func value<Value>(_ value: Value?, _ name: String, _ expected: String) throws(Problem) -> Value {
        guard let value else {
            throw Problem(.unprocessableContent, code: "\(name)_invalid", "\(name): expected \(expected).")
        }
        return value
    }

    private func addSigningKeyRoutes(to admin: RouterGroup<SignedInContext>) {
        admin.get("signing-keys") { _, context in
            try await self.perform(context) {
                ListSigningKeys()
            } json: {
                $0.map(\.json).json("signing_keys")
            }
        }
        admin.post("signing-keys") { request, context in
            try await self.perform(context, status: .created) {
                let members = try await self.members(request)
                try members.requireNoOther("algorithm", "now")
                return RotateSigningKey(
                    algorithm: try members.optionalString("algorithm"),
                    immediately: try members.bool("now")
                )
            } json: {
                $0.json
            }
        }
        admin.delete("signing-keys/:kid") { _, context in
            try await self.perform(context) { RevokeSigningKey(id: try context.parent.pathParameter("kid")) }
        }
    }
}

extension Request {
    /// A parameter of the query, read as strictly as a form.
    func queryParameter(_ name: StaticString) throws(Problem) -> String? {
        guard let query = uri.query else { return nil }
        do {
            return try FormDecoder().decode(Array(query.utf8))[name]
        } catch {
            throw Problem(.badRequest, code: "malformed_query", error.rawValue)
        }
    }

    /// How many entries a page has: `limit`, 1 to 1,000.
    func pageSize() throws(Problem) -> Int {
        guard let text = try queryParameter("limit") else { return 1000 }
        guard let limit = Int(text), (1...1000).contains(limit) else {
            throw Problem(.unprocessableContent, code: "limit_invalid", "The limit must be 1 to 1000.")
        }
        return limit
    }
}
