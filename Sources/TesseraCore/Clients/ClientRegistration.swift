internal import JOSE

/// Checks what an operator says of a new client.
struct ClientRegistration {
    let grants: Set<GrantType>
    let scopes: Scope

    /// - Throws: `AdministrationError` with `invalid`, which names the value and the mend.
    init(_ command: AddClient) throws(AdministrationError) {
        try Self.checkID(command.id)
        var grants: Set<GrantType> = []
        for name in command.grants {
            guard let grant = GrantType(rawValue: name) else {
                let known = GrantType.allCases.map(\.rawValue).joined(separator: ", ")
                throw AdministrationError(.invalid, "There is no grant “\(name)”; choose from \(known).")
            }
            grants.insert(grant)
        }
        if grants.isEmpty { grants = command.confidential ? [.clientCredentials] : [.refreshToken] }
        if grants.contains(.clientCredentials), !command.confidential {
            throw AdministrationError(.invalid, "client_credentials needs a secret: add --confidential.")
        }
        self.grants = grants
        if let scope = command.scopes.first(where: { !Scope.isValue($0) }) {
            throw AdministrationError(.invalid, "“\(scope)” is not a scope: printable ASCII without space, \" and \\.")
        }
        if command.scopes.containsBytes("*") {
            throw AdministrationError(
                .invalid,
                "A client's scopes are named one by one; “*” is for the roles of users."
            )
        }
        if command.scopes.count > Scope.maximumCount {
            throw AdministrationError(.invalid, "A client may have \(Scope.maximumCount) scopes at most.")
        }
        self.scopes = Scope(command.scopes)
        for origin in command.origins where !Self.isOrigin(origin) {
            throw AdministrationError(.invalid, "“\(origin)” is not an origin; it looks like https://app.example.")
        }
        for audience in command.audiences where !Self.isPlainText(audience, maximum: 512) {
            throw AdministrationError(.invalid, "An audience has 1 to 512 bytes and no control character.")
        }
        if let name = command.displayName, !Self.isPlainText(name, maximum: 256) {
            throw AdministrationError(.invalid, "A client's name has 1 to 256 bytes and no control character.")
        }
        for list in [command.audiences, command.origins, command.redirectURIs] where list.count > 64 {
            throw AdministrationError(
                .invalid,
                "A client may have 64 audiences, origins and redirect URIs at most, each."
            )
        }
        for uri in command.redirectURIs {
            if let fault = RedirectURI.fault(in: uri) { throw AdministrationError(.invalid, "“\(uri)”: \(fault)") }
        }
    }

    private static func isPlainText(_ text: String, maximum: Int) -> Bool {
        (1...maximum).contains(text.utf8.count) && !text.unicodeScalars.contains(where: Username.isControl)
    }

    /// Whether a text has the form of a client id.
    static func isID(_ id: String) -> Bool {
        (1...128).contains(id.utf8.count) && id.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ":") }
    }

    private static func checkID(_ id: String) throws(AdministrationError) {
        if id.utf8.elementsEqual(Client.builtInID.utf8) {
            throw AdministrationError(.taken, "The id “\(id)” is the built-in client's.")
        }
        guard isID(id) else {
            throw AdministrationError(
                .invalid,
                "A client id has 1 to 128 printable ASCII characters, no space, no colon."
            )
        }
    }

    /// scheme "://" host [":" port], nothing more (RFC 6454 §6.2).
    static func isOrigin(_ text: String) -> Bool {
        for scheme in ["https://", "http://"] where text.hasPrefix(scheme) {
            let rest = text.dropFirst(scheme.count)
            let host = rest.hasPrefix("[") ? rest.prefix { $0 != "]" } + "]" : rest.prefix { $0 != ":" }
            guard host.utf8.count <= rest.utf8.count, !host.isEmpty, host != "[]" else { return false }
            let port = rest.dropFirst(host.count)
            let isIPv6 = host.hasPrefix("[")
            let isHost = host.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte)
                    || (isIPv6 ? [0x3A, 0x5B, 0x5D] : [0x2D, 0x2E]).contains(byte)
            }
            let isPort = port.isEmpty || port.hasPrefix(":") && UInt16(port.dropFirst()) != nil && !port.contains("+")
            return isHost && isPort
        }
        return false
    }
}

/// The rules for a redirect URI at registration (RFC 9700 §4.1, RFC 8252 §7).
enum RedirectURI {
    /// Why it is refused; nil where it is fine.
    static func fault(in uri: String) -> String? {
        guard uri.utf8.count <= 2048, uri.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            return "a redirect URI has at most 2,048 printable ASCII characters."
        }
        if uri.contains("#") { return "a redirect URI has no fragment." }
        guard let colon = uri.firstIndex(of: ":") else { return "a redirect URI begins with a scheme." }
        let scheme = uri[..<colon]
        let rest = uri[uri.index(after: colon)...]
        let query = rest.split(separator: "?", maxSplits: 1).dropFirst().first ?? ""
        for name in ["code", "state", "iss", "error"]
        where query.split(separator: "&").contains(where: { $0.split(separator: "=").first.map(String.init) == name }) {
            return "its query may not name “\(name)”."
        }
        if scheme == "https" || scheme == "http" {
            guard rest.hasPrefix("//") else { return "the address needs a host." }
            let authority = rest.dropFirst(2).prefix { $0 != "/" && $0 != "?" }
            if authority.isEmpty { return "the address needs a host." }
            if authority.contains("@") { return "it may not hold a user name or password." }
            if scheme == "https" { return nil }
            let host = authority.hasPrefix("[") ? authority.prefix { $0 != "]" } + "]" : authority.prefix { $0 != ":" }
            return ["127.0.0.1", "[::1]", "localhost"].contains(String(host))
                ? nil : "http is for 127.0.0.1, [::1] and localhost only; use https."
        }
        let isPrivate =
            scheme.contains(".")
            && scheme.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte) || [0x2B, 0x2D, 0x2E].contains(byte)
            }
        return isPrivate ? nil : "use https, loopback http, or a private scheme with a dot (com.example.app)."
    }
}
