#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Small files that only their owner may read, written so that a power cut leaves the whole file or none.
enum PrivateFile {
    /// Writes a file that does not exist yet.
    static func create(_ path: String, _ text: String) throws(CommandFailure) {
        do throws(SystemError) {
            let temporary = path + ".new"
            unlink(temporary)
            let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
            guard descriptor >= 0 else { throw .last }
            defer { close(descriptor) }
            try systemWrite(descriptor, Array(text.utf8))
            guard fsync(descriptor) == 0, rename(temporary, path) == 0 else { throw .last }
            try synchronizeDirectory(of: path)
        } catch {
            throw .failed("\(DataDirectory.absolute(path)) cannot be written: \(error.description).")
        }
    }

    /// Puts a file in another's place, which stays under a third name where it can.
    static func replace(_ path: String, by next: String, keeping old: String) throws(SystemError) {
        unlink(old)
        // Where a file cannot have two names there is no third one: the exchange itself is one step all the same.
        _ = link(path, old)
        guard rename(next, path) == 0 else { throw .last }
        try synchronizeDirectory(of: path)
    }

    /// Whether a file is there.
    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Removes a file; that it is gone already is fine.
    static func remove(_ path: String) -> SystemError? {
        guard unlink(path) != 0 else { return nil }
        let error = SystemError.last
        return error == .noSuchFile ? nil : error
    }

    /// Whether anybody but the owner may read it.
    static func isExposed(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & 0o077 != 0
    }

    /// The directory that holds a file or directory.
    static func directory(of path: String) -> String {
        let path = path.dropLast(while: { $0 == "/" })
        switch path.lastIndex(of: "/") {
        case nil: return "."
        case path.startIndex: return "/"
        case .some(let end): return String(path[..<end])
        }
    }

    /// Makes the entry of a file or directory in the one that holds it outlast a power cut.
    static func synchronizeDirectory(of path: String) throws(SystemError) {
        let directory = open(self.directory(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { throw .last }
        defer { close(directory) }
        guard fsync(directory) == 0 else { throw .last }
    }
}

extension String {
    /// The text without the characters at its end that fit.
    fileprivate func dropLast(while fits: (Character) -> Bool) -> Substring {
        var rest = self[...]
        while let last = rest.last, fits(last) { rest = rest.dropLast() }
        return rest
    }
}
