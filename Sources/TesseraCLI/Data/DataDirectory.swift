#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The directory of all embedded files.
///
/// Only its owner works with it.
struct DataDirectory: Sendable {
    /// As it was configured.
    let path: String

    var lock: String { path + "/tessera.lock" }
    /// What it is called in a sentence.
    var subject: String { "the data directory \(Self.absolute(path))" }
    var socket: String { path + "/tessera.sock" }
    var masterKey: String { path + "/master.key" }
    /// A new master key, until the database is sealed under it.
    var nextMasterKey: String { masterKey + ".next" }
    /// The master key before, until the new one is in its place.
    var oldMasterKey: String { masterKey + ".old" }
    var initialPassword: String { path + "/initial-admin-password" }

    /// The directory, made if it is not there: what `serve` does.
    static func created(at path: String) throws(CommandFailure) -> DataDirectory {
        if mkdir(path, 0o700) != 0, errno != EEXIST {
            throw .failed(
                "The data directory \(absolute(path)) cannot be made: \(SystemError.last.description). "
                    + "Make it yourself, or name another with --data-directory."
            )
        }
        let directory = try existing(at: path)
        guard access(path, W_OK | X_OK) == 0 else {
            throw .failed(
                "The data directory \(absolute(path)) cannot be written: \(SystemError.last.description). "
                    + "Mend its mode (chmod u+rwx), or name another with --data-directory."
            )
        }
        try keepEntry(of: path)
        return directory
    }

    /// Without this a power cut may take the directory away, with all that was synced in it.
    ///
    /// At every start: the one that made the directory may have ended before it came here. Where the directory above may
    /// not be read, its owner has made this one.
    private static func keepEntry(of path: String) throws(CommandFailure) {
        do throws(SystemError) {
            try PrivateFile.synchronizeDirectory(of: path)
        } catch {
            if [EACCES, EPERM, EINVAL].contains(error.number) { return }
            throw .failed(
                "The directory above the data directory \(absolute(path)) cannot be synced: \(error.description)."
            )
        }
    }

    /// The directory that must be there already: what every other command looks for.
    static func existing(at path: String) throws(CommandFailure) -> DataDirectory {
        var status = stat()
        guard stat(path, &status) == 0 else {
            let error = SystemError.last
            guard error == .noSuchFile else {
                throw .failed("The data directory \(absolute(path)) cannot be read: \(error.description).")
            }
            throw .failed(
                "There is no data directory \(absolute(path)). `tessera serve` makes it at its first start; "
                    + "name another with --data-directory."
            )
        }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            throw .failed("\(absolute(path)) is not a directory; name another with --data-directory.")
        }
        guard status.st_uid == geteuid() else {
            let owner = userName(status.st_uid)
            throw .failed(
                "The data directory \(absolute(path)) belongs to \(owner), and you are \(userName(geteuid())): "
                    + "run the command as \(owner)."
            )
        }
        guard status.st_mode & 0o022 == 0 else {
            throw .failed(
                "Others can write to the data directory \(absolute(path)), and could put files of their own there: "
                    + "chmod 700 it."
            )
        }
        try refuseNetworkFileSystem(path, of: "data directory")
        return DataDirectory(path: path)
    }

    /// A directory that is looked at only if it is there: with PostgreSQL nothing in it is needed once the master key is
    /// configured.
    static func optional(at path: String) throws(CommandFailure) -> DataDirectory {
        PrivateFile.exists(path) ? try existing(at: path) : DataDirectory(path: path)
    }

    private init(path: String) { self.path = path }

    /// The path as it can be found from anywhere.
    static func absolute(_ path: String) -> String {
        if path.hasPrefix("/") { return path }
        guard let buffer = getcwd(nil, 0) else { return path }
        defer { free(buffer) }
        return String(cString: buffer) + "/" + path
    }

    private static func userName(_ user: uid_t) -> String {
        guard let entry = getpwuid(user), let name = entry.pointee.pw_name else { return "user \(user)" }
        return String(cString: name)
    }

    /// Neither locks nor SQLite's shared memory hold across machines.
    static func refuseNetworkFileSystem(_ path: String, of thing: String) throws(CommandFailure) {
        guard let type = FileSystemType.of(path), FileSystemType.networked.contains(type) else { return }
        throw .failed(
            "The \(thing) \(absolute(path)) is on a network file system (\(type)), which could damage the "
                + "database: name one on a local disk."
        )
    }
}
