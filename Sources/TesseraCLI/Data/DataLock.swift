#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The right to open the embedded files: held by one process at a time, until it ends.
///
/// The kernel drops it with the process, however that ends; the file itself stays and holds the owner's process id.
final class DataLock: Sendable {
    /// What became of an attempt.
    enum Attempt {
        case acquired(DataLock)
        case held(by: Int32?)
    }

    private let descriptor: Int32

    private init(descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// Takes the lock if it is free; never waits.
    static func attempt(_ path: String) throws(CommandFailure) -> Attempt {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            let error = SystemError.last
            let directory = DataDirectory.absolute(PrivateFile.directory(of: path))
            let mend =
                error == .noSuchFile
                ? "Make the directory (mkdir -p '\(directory)'), or name another database."
                : "Let this user write to \(directory), or name another database."
            throw .failed("The lock \(DataDirectory.absolute(path)) cannot be opened: \(error.description). \(mend)")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let error = SystemError.last
            defer { close(descriptor) }
            guard error.number == EWOULDBLOCK else {
                throw .failed(
                    "The lock \(DataDirectory.absolute(path)) cannot be taken: \(error.description)."
                )
            }
            return .held(by: owner(descriptor))
        }
        let text = Array("\(getpid())\n".utf8)
        ftruncate(descriptor, 0)
        _ = text.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
        return .acquired(DataLock(descriptor: descriptor))
    }

    /// Takes the lock, waiting a little for a command that is just finishing.
    ///
    /// - Parameters:
    ///   - path: the lock's file.
    ///   - subject: what is locked, for the sentence that says who has it.
    ///   - patience: how long to wait.
    /// - Returns: the lock.
    /// - Throws: if another process keeps it.
    static func acquire(
        _ path: String,
        of subject: String,
        within patience: Duration
    ) async throws(CommandFailure) -> DataLock {
        let end = ContinuousClock.now + patience
        while true {
            switch try attempt(path) {
            case .acquired(let lock): return lock
            case .held(let owner):
                guard ContinuousClock.now < end else { throw busy(subject, owner) }
            }
            try? await Task.sleep(for: .milliseconds(20))
        }
    }

    /// The locks that a database needs: elsewhere the directory's lock does not speak for the file.
    static func adding(
        to lock: DataLock,
        database path: String,
        _ directory: DataDirectory
    ) async throws(CommandFailure) -> [DataLock] {
        if path.hasPrefix(directory.path + "/") { return [lock] }
        try DataDirectory.refuseNetworkFileSystem(PrivateFile.directory(of: path), of: "database's directory")
        let subject = "the database \(DataDirectory.absolute(path))"
        return [lock, try await acquire(path + ".lock", of: subject, within: .seconds(5))]
    }

    /// Somebody else has the files.
    static func busy(_ subject: String, _ owner: Int32?) -> CommandFailure {
        let process = owner.map { "process \($0)" } ?? "another process"
        return .failed(
            "Tessera is already running with \(subject) (\(process)). Stop it first, or name another with "
                + "--data-directory and --database."
        )
    }

    private static func owner(_ descriptor: Int32) -> Int32? {
        var bytes = [UInt8](repeating: 0, count: 16)
        let count = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, 0) }
        guard count > 0 else { return nil }
        return Int32(String(decoding: bytes[..<count].prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
    }
}
