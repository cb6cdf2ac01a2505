internal import JOSE

/// A signing key as an operator sees it.
public struct SigningKeyRecord: Codable, Sendable, Hashable {
    /// `kid`.
    public let id: String
    /// The algorithm.
    public let algorithm: String
    /// Where it is in its life.
    public let state: StoredSigningKey.State
    /// When it was made.
    public let createdAt: Timestamp
    /// When it signs, or began to.
    public let activeFrom: Timestamp
    /// When it stops being published.
    public let publishedUntil: Timestamp?

    init(_ key: StoredSigningKey) {
        self.id = key.id
        self.algorithm = key.algorithm
        self.state = key.state
        self.createdAt = key.createdAt
        self.activeFrom = key.activeFrom
        self.publishedUntil = key.publishedUntil
    }
}

/// Lists the signing keys (`signing-key list`).
public struct ListSigningKeys: AdministrationCommand {
    /// What is answered.
    public typealias Reply = [SigningKeyRecord]
    /// The name that the command travels under.
    public static let name = "signing-key.list"

    /// Asks for the keys.
    public init() {}

    /// Carries the command out.
    public func run(in domain: Domain) async throws(AdministrationError) -> [SigningKeyRecord] {
        try await administering { () async throws(StorageError) in
            try await domain.keyRing.list().map(SigningKeyRecord.init)
        }
    }
}

/// Makes a key that takes over once others have seen it, or at once (`signing-key rotate`).
public struct RotateSigningKey: AdministrationCommand {
    /// What is answered.
    public typealias Reply = SigningKeyRecord
    /// The name that the command travels under.
    public static let name = "signing-key.rotate"
    let algorithm: String?
    let immediately: Bool

    /// Asks for a rotation.
    public init(algorithm: String?, immediately: Bool) {
        self.algorithm = algorithm
        self.immediately = immediately
    }

    /// Carries the command out.
    public func run(in domain: Domain) async throws(AdministrationError) -> SigningKeyRecord {
        try domain.requireStoredKeys()
        var chosen: SignatureAlgorithm?
        if let algorithm {
            guard let known = SignatureAlgorithm(algorithm), !known.isSymmetric else {
                let names = SignatureAlgorithm.all.filter { !$0.isSymmetric }.map(\.name).joined(separator: ", ")
                throw AdministrationError(
                    .invalid,
                    "“\(algorithm)” is not an algorithm for signing keys; choose from \(names)."
                )
            }
            chosen = known
        }
        do {
            let id = try await domain.keyRing.rotate(algorithm: chosen, immediately: immediately, by: domain.author)
            guard let key = try await domain.keyRing.list().first(where: { $0.id == id }) else {
                throw AdministrationError(.unavailable, "The new key is not in the database.")
            }
            return SigningKeyRecord(key)
        } catch {
            throw AdministrationError(keyRing: error)
        }
    }
}

/// Takes a key out at once (`signing-key revoke KID`).
public struct RevokeSigningKey: AdministrationCommand {
    /// What is answered.
    public typealias Reply = Done
    /// The name that the command travels under.
    public static let name = "signing-key.revoke"
    let id: String

    /// Asks to take a key out.
    public init(id: String) {
        self.id = id
    }

    /// Carries the command out.
    public func run(in domain: Domain) async throws(AdministrationError) -> Done {
        try domain.requireStoredKeys()
        do {
            try await domain.keyRing.revoke(keyID: id, by: domain.author)
        } catch {
            throw AdministrationError(keyRing: error, notFound: "There is no signing key “\(id)”.")
        }
        return Done()
    }
}

extension Domain {
    fileprivate func requireStoredKeys() throws(AdministrationError) {
        if settings.signingSecret != nil {
            throw AdministrationError(
                .invalid,
                "With \(settings.signingAlgorithm.name) the key is signing_secret; change it there."
            )
        }
    }
}

extension AdministrationError {
    fileprivate init(keyRing error: any Error, notFound: String = "There is no such key.") {
        switch error {
        case let error as AdministrationError: self = error
        case let error as StorageError: self.init(error, notFound: notFound, taken: "Another key is already waiting.")
        default: self.init(.unavailable, "The signing keys could not be changed: \(error)")
        }
    }
}
