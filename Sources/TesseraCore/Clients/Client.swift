public import JOSE

/// An application that asks for tokens (RFC 6749 §2).
public struct Client: Sendable {
    /// The id of the built-in first-party client: what a request that names no client is.
    public static let builtInID = "tessera"

    /// `client_id`.
    public let id: String
    /// A name for people.
    public let name: String?
    /// SHA-256 of each valid secret, the newest first (two while one is being replaced); empty for a public client.
    public let secretDigests: [[UInt8]]
    /// The grants it may use.
    public let grants: Set<GrantType>
    /// The scopes it may ask for, or nil where only the user's own roles bound it (first-party).
    public let scopes: Scope?
    /// The resources it may ask tokens for (RFC 8707); empty means the default audience alone.
    public let audiences: [String]
    /// The browser origins that may call (CORS).
    public let origins: [String]
    /// The registered redirect URIs.
    public let redirectURIs: [String]
    /// Whether it is the operator's own application.
    public let isFirstParty: Bool
    /// Counts the events that end all that was issued before.
    public let generation: Int64
    /// When it was registered.
    public let createdAt: Timestamp

    /// Whether it must prove its identity with a secret.
    public var isConfidential: Bool { !secretDigests.isEmpty }

    /// Makes the value a store answers with.
    public init(
        id: String,
        name: String?,
        secretDigests: [[UInt8]],
        grants: Set<GrantType>,
        scopes: Scope?,
        audiences: [String],
        origins: [String],
        redirectURIs: [String],
        isFirstParty: Bool,
        generation: Int64,
        createdAt: Timestamp
    ) {
        self.id = id
        self.name = name
        self.secretDigests = secretDigests
        self.grants = grants
        self.scopes = scopes
        self.audiences = audiences
        self.origins = origins
        self.redirectURIs = redirectURIs
        self.isFirstParty = isFirstParty
        self.generation = generation
        self.createdAt = createdAt
    }

    /// The built-in client: public, first-party, password and refresh.
    public static func builtIn(createdAt: Timestamp) -> Client {
        Client(
            id: builtInID,
            name: "Tessera",
            secretDigests: [],
            grants: [.password, .refreshToken],
            scopes: nil,
            audiences: [],
            origins: [],
            redirectURIs: [],
            isFirstParty: true,
            generation: 0,
            createdAt: createdAt
        )
    }
}
