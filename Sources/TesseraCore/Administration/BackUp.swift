/// What was copied.
public struct BackUpRecord: Codable, Sendable, Hashable {
    /// The file.
    public let path: String
    /// Its size.
    public let bytes: Int64
    /// When it was made.
    public let at: Timestamp
}

/// Copies the database into a file, beside everything else (`backup`).
public struct BackUp: AdministrationCommand {
    /// What is answered.
    public typealias Reply = BackUpRecord
    /// The name that the command travels under.
    public static let name = "backup"
    /// A large database takes its time, and its copy is checked.
    public static let patience = Duration.seconds(4 * 3600)
    let path: String
    let replacing: Bool

    /// Asks for a back-up.
    ///
    /// - Parameters:
    ///   - path: The file, from the root.
    ///   - replacing: Whether an earlier back-up of that name may be replaced.
    public init(path: String, replacing: Bool) {
        self.path = path
        self.replacing = replacing
    }

    /// Carries the command out.
    public func run(in domain: Domain) async throws(AdministrationError) -> BackUpRecord {
        guard path.hasPrefix("/"), !path.utf8.contains(0) else {
            throw AdministrationError(.invalid, "The back-up's path must begin at the root.")
        }
        await domain.audit.seal()
        let event = domain.event(.backupMade, detail: path)
        do throws(StorageError) {
            let bytes = try await domain.storage.backUp(to: path, replacing: replacing, event: event)
            return BackUpRecord(path: path, bytes: bytes, at: event.at)
        } catch {
            if error.code == .taken { throw AdministrationError(.taken, "\(path): \(error.reason).") }
            throw AdministrationError(.unavailable, "The back-up was not made: \(error.reason).")
        }
    }
}
