internal import JOSE

/// What a service says of itself to clients that do not know it (RFC 9728).
public struct ProtectedResource: Sendable, Hashable {
    /// The service's address as its clients use it, without query and fragment, such as `https://api.example`.
    public let identifier: String
    /// The scope values that are worth asking for.
    public var scopesSupported: [String]
    /// A page for its developers.
    public var documentation: String?

    private let origin: String
    private let path: String

    /// Names a service.
    ///
    /// - Parameters:
    ///   - identifier: Its address as its clients use it; nil is answered where that is no http or https URL, or has a
    ///     query or a fragment.
    ///   - scopesSupported: The scope values that are worth asking for.
    ///   - documentation: A page for its developers.
    public init?(_ identifier: String, scopesSupported: [String] = [], documentation: String? = nil) {
        guard let url = ProviderURL(identifier), !url.hasQuery else { return nil }
        self.identifier = identifier
        self.scopesSupported = scopesSupported
        self.documentation = documentation
        origin = url.origin
        path = url.path == "/" ? "" : url.path
    }

    /// The path at which the metadata is served (RFC 9728 §3.1).
    public var metadataPath: String { "/.well-known/oauth-protected-resource\(path)" }

    /// The address of the metadata, which challenges name.
    public var metadataURL: String { origin + metadataPath }

    /// The URL of a request to this service, as its client used it: of this address's origin, whatever `Host` says.
    func url(of target: String) -> String { origin + target }

    /// The metadata document, as JSON.
    func metadata(issuers: [String]) -> String {
        var object: JSONObject = [
            "resource": .string(identifier),
            "authorization_servers": .array(issuers.map { .string($0) }),
            "bearer_methods_supported": ["header"],
        ]
        if !scopesSupported.isEmpty { object["scopes_supported"] = .array(scopesSupported.map { .string($0) }) }
        if let documentation { object["resource_documentation"] = .string(documentation) }
        return object.text
    }
}
