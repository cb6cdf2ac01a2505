internal import JOSE
internal import Passwords

/// A client as an operator sees it.
public struct ClientRecord: Codable, Sendable, Hashable {
    /// `client_id`.
    public let id: String
    /// The name for people.
    public let name: String?
    /// Whether it has a secret.
    public let confidential: Bool
    /// The grants it may use.
    public let grants: [String]
    /// The scopes it may ask for; nil means all that its users' roles give.
    public let scopes: [String]?
    /// The resources it may ask for.
    public let audiences: [String]
    /// The browser origins that may call.
    public let origins: [String]
    /// The registered redirect URIs.
    public let redirectURIs: [String]
    /// Whether it is the operator's own application.
    public let firstParty: Bool
    /// When it was registered.
    public let createdAt: Timestamp

    /// What an operator may see of a client: all but its secrets.
    public init(_ client: Client) {
        self.id = client.id
        self.name = client.name
        self.confidential = client.isConfidential
        self.grants = client.grants.map(\.rawValue).sorted()
        self.scopes = client.scopes?.values
        self.audiences = client.audiences
        self.origins = client.origins
        self.redirectURIs = client.redirectURIs
        self.firstParty = client.isFirstParty
        self.createdAt = client.createdAt
    }
}

/// A client together with a secret that is shown this once.
public struct ClientWithSecret: Codable, Sendable {
    /// The client.
    public let client: ClientRecord
    /// The new secret, where it has one.
    public let secret: TransportedSecret?
}

/// Registers a client (`client add`).
public struct AddClient: AdministrationCommand {
    /// What is answered.
    public typealias Reply = ClientWithSecret
    /// The name that the command travels under.
    public static let name = "client.add"
    let id: String
    let displayName: String?
    let confidential: Bool
    let grants: [String]
    let scopes: [String]
    let audiences: [String]
    let origins: [String]
    let redirectURIs: [String]

    /// Asks for a new client.
    ///
    /// Without grants a confidential one may use `client_credentials`, a public one `refresh_token`.
    public init(
        id: String,
        displayName: String?,
        confidential: Bool,
        grants: [String],
        scopes: [String],
        audiences: [String],
        origins: [String],
        redirectURIs: [String]
    ) {
        self.id = id
        self.displayName = displayName
        self.confidential = confidential
        self.grants = grants
        self.scopes = scopes
        self.audiences = audiences
        self.origins = origins
        self.redirectURIs = redirectURIs
    }

    /// Carries the command out.
    public func run(in domain: Domain) async throws(AdministrationError) -> ClientWithSecret {
        let registration = try ClientRegistration(self)
        let secret = confidential ? ClientSecret.generate(domain.random) : nil
        let now = domain.clock.now()
        let client = Client(
            id: id,
            name: displayName,
            secretDigests: secret.map { [ClientSecret.digest(of: $0)] } ?? [],
            grants: registration.grants,
            scopes: registration.scopes,
            audiences: audiences,
            origins: origins,
            redirectURIs: redirectURIs,
            isFirstParty: registration.grants.contains(.password),
            generation: 0,
            createdAt: now
        )
        try await administering(taken: "A client with the id “\(id)” exists.") { () async throws(StorageError) in
            try await domain.storage.add(client, event: domain.event(.clientAdded, clientID: id))
        }
        return ClientWithSecret(client: ClientRecord(client), secret: secret.map(TransportedSecret.init))
    }
}

/// Lists clients (`client list`).
public struct ListClients: AdministrationCommand {
    /// What is answered.
    public typealias Reply = [ClientRecord]
    /// The name that the command travels under.
    public static let name = "client.list"

    /// Asks for all clients.
    public init() {}

    /// Carries the command out.
    public func run(in domain: Domain) async throws(AdministrationError) -> [ClientRecord] {
        try await administering { () async throws(StorageError) in
            try await domain.storage.clients().map(ClientRecord.init)
        }
    }
}

/// Shows a client (`client show`).
public struct ShowClient: AdministrationCommand {
    /// What is answered.
    public typealias Reply = ClientRecord
    /// The name that the command travels under.
    public static let name = "client.show"
    let id: String

    /// Asks for a client.
    public init(id: String) {
        self.id = id
    }

    /// Carries the command out.
    public func run(in domain: Domain) async throws(AdministrationError) -> ClientRecord {
        ClientRecord(try await domain.client(id))
    }
}

/// Gives a client a new secret; the one before it stays valid until the next change (`client rotate-secret`).
public struct RotateClientSecret: AdministrationCommand {
    /// What is answered.
    public typealias Reply = ClientWithSecret
    /// The name that the command travels under.
    public static let name = "client.rotate-secret"
    let id: String

    /// Asks for a new secret.
    public init(id: String) {
        self.id = id
    }

    /// Carries the command out.
    public func run(in domain: Domain) async throws(AdministrationError) -> ClientWithSecret {
        let client = try await domain.client(id)
        guard client.isConfidential else {
            throw AdministrationError(.invalid, "The client “\(id)” is public: it has no secret to replace.")
        }
        let secret = ClientSecret.generate(domain.random)
        let event = domain.event(.clientSecretRotated, clientID: id)
        try await administering { () async throws(StorageError) in
            try await domain.storage.addSecret(digest: ClientSecret.digest(of: secret), clientID: id, event: event)
        }
        return ClientWithSecret(client: ClientRecord(client), secret: TransportedSecret(secret))
    }
}

/// Removes a client, its sessions and its tokens (`client remove`).
public struct RemoveClient: AdministrationCommand {
    /// What is answered.
    public typealias Reply = Done
    /// The name that the command travels under.
    public static let name = "client.remove"
    let id: String

    /// Asks to remove a client.
    public init(id: String) {
        self.id = id
    }

    /// Carries the command out.
    public func run(in domain: Domain) async throws(AdministrationError) -> Done {
        if id == Client.builtInID {
            throw AdministrationError(.invalid, "The client “\(id)” is built in and cannot be removed.")
        }
        _ = try await domain.client(id)
        let event = domain.event(.clientRemoved, clientID: id)
        let revocations = try await administering { () async throws(StorageError) in
            try await domain.storage.removeClient(
                id: id,
                accessTokenLifetime: domain.settings.accessTokenLifetime,
                event: event
            )
        }
        domain.revocations.add(revocations)
        return Done()
    }
}

extension Domain {
    fileprivate func client(_ id: String) async throws(AdministrationError) -> Client {
        let client = try await administering { () async throws(StorageError) in try await storage.client(id: id) }
        guard let client else { throw AdministrationError(.notFound, "There is no client “\(id)”.") }
        return client
    }
}
