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
        if PrivateFile.exists(directory.masterKey) { return Found(key: try read(configuration, directory, logger)) }
        if isNeeded { throw missing(configuration, directory) }
        switch absence {
        case .create:
            let directory = try DataDirectory.created(at: directory.path)
            let bytes = SystemRandomSource().bytes(MasterKey.byteCount)
            try PrivateFile.create(directory.masterKey, Base64URL.encode(bytes) + "\n")
            return Found(key: try read(configuration, directory, logger), isNew: true)
        case .refuse:
            throw .usage(
                "There is no master key yet: `tessera serve` makes \(DataDirectory.absolute(directory.masterKey)) at its "
                    + "first start; or set \(ConfigurationKey.masterKey.variable)."
            )
        }
    }

    /// The key of a database that exists.
    static func read(
        _ configuration: ServerConfiguration,
        _ directory: DataDirectory,
        _ logger: Logger
    ) throws(CommandFailure) -> MasterKey {
        if let key = configuration.masterKey { return key }
        let path = DataDirectory.absolute(directory.masterKey)
        let bytes: [UInt8]
        do throws(SystemError) {
            bytes = try FileInput.read(path: directory.masterKey, limit: 1024)
        } catch {
            if error == .noSuchFile { throw missing(configuration, directory) }
            throw .failed("The master key \(path) cannot be read: \(error.description).")
        }
        guard let key = MasterKey(text: String(decoding: bytes, as: UTF8.self)) else {
            throw .usage(
                "\(path) holds no master key: expected 32 bytes as base64url (43 characters). Put the key that the "
                    + "database was made with there: `tessera backup` names the file to keep."
            )
        }
        if PrivateFile.isExposed(directory.masterKey) {
            logger.warning("others than the owner can read the master key: chmod 600 it", metadata: ["path": "\(path)"])
        }
        return key
    }

    /// The key that the database is sealed under, where a rotation was interrupted: the old one or the new one.
    ///
    /// A rotation writes `master.key.next`, changes the database, and puts the file in place. Whichever of the two keys
    /// fits is the right one, and the other has no use any more.
    static func settled(
        _ key: MasterKey,
        _ storage: any Storage,
        _ configuration: ServerConfiguration,
        _ directory: DataDirectory,
        _ logger: Logger
    ) async throws(CommandFailure) -> MasterKey {
        let remainders = [directory.nextMasterKey, directory.oldMasterKey].filter(PrivateFile.exists)
        guard configuration.masterKey == nil, !remainders.isEmpty else { return key }
        let check: [UInt8]?
        do throws(StorageError) {
            check = try await storage.storedMasterKeyCheck()
        } catch {
            throw .failed("The database cannot be read: \(error.reason).")
        }
        if check == nil || check == key.checkValue {
            for path in remainders { _ = PrivateFile.remove(path) }
            return key
        }
        guard let text = try? FileInput.read(path: directory.nextMasterKey, limit: 1024),
            let next = MasterKey(text: String(decoding: text, as: UTF8.self)), next.checkValue == check
        else { return key }
        try placeNext(directory)
        removeOld(directory)
        logger.notice("finished an interrupted rotation of the master key")
        return next
    }

    /// Puts the next key in the place of the one before, which stays beside it.
    static func placeNext(_ directory: DataDirectory) throws(CommandFailure) {
        do throws(SystemError) {
            try PrivateFile.replace(directory.masterKey, by: directory.nextMasterKey, keeping: directory.oldMasterKey)
        } catch {
            throw .failed(
                "\(DataDirectory.absolute(directory.nextMasterKey)) cannot be put in the place of master.key: "
                    + "\(error.description). It is the key that the database is sealed under now; the next start tries "
                    + "again."
            )
        }
    }

    /// Removes the key before, once the new one is in its place.
    static func removeOld(_ directory: DataDirectory) {
        _ = PrivateFile.remove(directory.oldMasterKey)
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
