import JOSE
import TesseraCore
import TesseraSQL

/// Gives the database another master key where its own is lost.
struct LostMasterKey {
    private let configuration: ServerConfiguration
    private let directory: DataDirectory
    private let lock: DataLock?

    init(_ configuration: ServerConfiguration, _ directory: DataDirectory, _ lock: DataLock?) {
        self.configuration = configuration
        self.directory = directory
        self.lock = lock
    }

    /// Replaces it by the configured one, or by a new one in its file.
    ///
    /// The file is there before the database changes: an interrupted run is repeated with the same key.
    func replace() async throws(CommandFailure) {
        var locks: [DataLock] = []
        if case .sqlite(let path) = configuration.database, let lock {
            guard PrivateFile.exists(path) else {
                throw .failed("There is no database \(configuration.database.masked).")
            }
            locks = try await DataLock.adding(to: lock, database: path, directory)
        }
        let now = SystemClock().now()
        let database = try await DatabaseOpening.open(configuration.database, schema: .require, at: now)
        if configuration.masterKey == nil, !PrivateFile.exists(directory.masterKey) {
            let bytes = SystemRandomSource().bytes(MasterKey.byteCount)
            try PrivateFile.create(directory.masterKey, Base64URL.encode(bytes) + "\n")
        }
        let key = try MasterKeyFile.read(configuration, directory, LogSetup.command)
        do throws(StorageError) {
            try await SQLStorage(database).replaceMasterKey(MasterKeyReplacement(by: key, at: now))
            try await database.close()
        } catch {
            if error.code == .taken {
                throw .usage("The master key is not lost: it fits the database. Leave out --lost to replace it.")
            }
            throw .failed("Nothing was changed: \(error.reason).")
        }
        withExtendedLifetime(locks) {}
        Console.say(
            """
            The database has another master key now. The next start makes new signing keys: access tokens end, sessions \
            go on with their next refresh. Rows of the audit trail from before can be read, but not verified any more.
            """
        )
    }
}
