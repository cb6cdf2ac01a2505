import JOSE
import Logging
import TesseraCore

/// Where the master key comes from: the configuration, or its own file in the data directory.
enum MasterKeyFile {
    /// The key of a database that may be new: made, and kept in its file, if there is neither key nor database.
    static func readOrCreate(
        _ configuration: ServerConfiguration,
        _ directory: DataDirectory,
        _ logger: Logger
    ) throws(CommandFailure) -> MasterKey {
        if let key = configuration.masterKey { return key }
        if !PrivateFile.exists(directory.masterKey) {
            // A new key over an old database would lose every signing key without a word.
            guard case .sqlite(let path) = configuration.database, !PrivateFile.exists(path) else {
                throw missing(configuration, directory)
            }
            let bytes = SystemRandomSource().bytes(MasterKey.byteCount)
            try PrivateFile.create(directory.masterKey, Base64URL.encode(bytes) + "\n")
        }
        return try read(configuration, directory, logger)
    }

    /// The key of a database that exists.
    static func read(
        _ configuration: ServerConfiguration,
        _ directory: DataDirectory,
        _ logger: Logger
    ) throws(CommandFailure)
        -> MasterKey
    {
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

    private static func missing(_ configuration: ServerConfiguration, _ directory: DataDirectory) -> CommandFailure {
        .usage(
            "The master key \(DataDirectory.absolute(directory.masterKey)) is missing, and the database "
                + "\(configuration.database.masked) was made with one: put the file back, or set "
                + "\(ConfigurationKey.masterKey.variable)."
        )
    }
}
