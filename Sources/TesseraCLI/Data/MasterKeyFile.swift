import JOSE
import Logging
import TesseraCore

/// Where the master key comes from: the configuration, or its own file in the data directory.
enum MasterKeyFile {
    /// What to do where there is neither a key nor a database that was made with one.
    enum Absence: Sendable {
        /// Make one, and keep it in its file.
        case create
        /// Say what is missing.
        case refuse
    }

    /// A key, and whether it was made just now.
    struct Found: Sendable {
        let key: MasterKey
        var isNew = false
    }

    /// The configured key, or that of the file.
    ///
    /// - Parameters:
    ///   - configuration: the server's.
    ///   - directory: where the file is.
    ///   - isNeeded: whether the database was made with a key, which a new one would not fit.
    ///   - absence: what to do otherwise.
    ///   - logger: is told of a file that others can read.
    /// - Returns: the key.
    /// - Throws: a sentence that says which key is missing or cannot be read.
    static func find(
        _ configuration: ServerConfiguration,
        _ directory: DataDirectory,
        isNeeded: Bool,
        absence: Absence,
        _ logger: Logger
    ) throws(CommandFailure) -> Found {
        if let key = configuration.masterKey { return Found(key: key) }
        if PrivateFile.exists(directory.masterKey) { return Found(key: try read(directory, logger)) }
        if isNeeded { throw missing(configuration, directory) }
        switch absence {
        case .create:
            let directory = try DataDirectory.created(at: directory.path)
            let bytes = SystemRandomSource().bytes(MasterKey.byteCount)
            try PrivateFile.create(directory.masterKey, Base64URL.encode(bytes) + "\n")
            return Found(key: try read(directory, logger), isNew: true)
        case .refuse:
            throw .usage(
                "There is no master key yet: `tessera serve` makes \(DataDirectory.absolute(directory.masterKey)) at its "
                    + "first start; or set \(ConfigurationKey.masterKey.variable)."
            )
        }
    }

    private static func read(_ directory: DataDirectory, _ logger: Logger) throws(CommandFailure) -> MasterKey {
        let path = DataDirectory.absolute(directory.masterKey)
        let bytes: [UInt8]
        do throws(SystemError) {
            bytes = try FileInput.read(path: directory.masterKey, limit: 1024)
        } catch {
            throw .failed("The master key \(path) cannot be read: \(error.description).")
        }
        guard let key = MasterKey(text: String(decoding: bytes, as: UTF8.self)) else {
            throw .usage("\(path) holds no master key: expected 32 bytes as base64url (43 characters).")
        }
        if PrivateFile.isExposed(directory.masterKey) {
            logger.warning("others than the owner can read the master key: chmod 600 it", metadata: ["path": "\(path)"])
        }
        return key
    }

    /// The key is there, but it is another one.
    static func wrong(_ configuration: ServerConfiguration, _ directory: DataDirectory) -> CommandFailure {
        let variable = ConfigurationKey.masterKey.variable
        let place =
            configuration.masterKey == nil ? DataDirectory.absolute(directory.masterKey) : variable
        return .usage(
            "The master key in \(place) is not the one that the database \(configuration.database.masked) was made "
                + "with: put the right one there."
        )
    }

    /// The key that the database was made with is not here.
    static func missing(_ configuration: ServerConfiguration, _ directory: DataDirectory) -> CommandFailure {
        let others =
            switch configuration.database {
            case .sqlite: ""
            case .postgreSQL: " All nodes of one database need the same key."
            }
        return .usage(
            "The master key \(DataDirectory.absolute(directory.masterKey)) is missing, and the database "
                + "\(configuration.database.masked) was made with one: put the file back, or set "
                + "\(ConfigurationKey.masterKey.variable).\(others)"
        )
    }
}
