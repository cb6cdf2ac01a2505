/// How a server is, as far as only it can know.
public struct Diagnosis: Codable, Sendable, Hashable {
    /// What its database says.
    public let storage: StorageDiagnosis
    /// The signing keys; none with a shared secret.
    public let signingKeys: [SigningKeyRecord]
    /// When the last back-up was made; nil if there never was one.
    public let latestBackup: Timestamp?
    /// Why the machine's clock is not believed; nil where it is.
    public let clockDoubt: String?

    /// Makes a diagnosis.
    public init(
        storage: StorageDiagnosis,
        signingKeys: [SigningKeyRecord],
        latestBackup: Timestamp?,
        clockDoubt: String?
    ) {
        self.storage = storage
        self.signingKeys = signingKeys
        self.latestBackup = latestBackup
        self.clockDoubt = clockDoubt
    }
}

/// Asks a server how it is (`doctor`).
public struct Diagnose: AdministrationCommand {
    /// What is answered.
    public typealias Reply = Diagnosis
    /// The name that the command travels under.
    public static let name = "server.diagnose"
    let checksIntegrity: Bool

    /// Asks.
    ///
    /// - Parameter checksIntegrity: whether the database reads all of its pages for it.
    public init(checksIntegrity: Bool) {
        self.checksIntegrity = checksIntegrity
    }

    /// Carries the command out.
    public func run(in domain: Domain) async throws(AdministrationError) -> Diagnosis {
        try await administering { () async throws(StorageError) in
            Diagnosis(
                storage: try await domain.storage.diagnosis(checksIntegrity: checksIntegrity),
                signingKeys: try await domain.keyRing.list().map(SigningKeyRecord.init),
                latestBackup: try await domain.storage.latestBackup(),
                clockDoubt: domain.clock.doubt.map(\.description)
            )
        }
    }
}
