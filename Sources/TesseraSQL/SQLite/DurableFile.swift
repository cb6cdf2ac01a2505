internal import Foundation

/// Files whose names and contents are on the disk when a call returns.
enum DurableFile {
    /// What is at a path: nothing, an SQLite database, or something else.
    enum Kind {
        case absent
        case database
        case other
    }

    static func kind(_ path: String) -> Kind {
        guard access(path, F_OK) == 0 else { return .absent }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return .other }
        defer { close(descriptor) }
        var header = [UInt8](repeating: 0, count: 16)
        guard read(descriptor, &header, 16) == 16 else { return .other }
        return header == Array("SQLite format 3\u{0}".utf8) ? .database : .other
    }

    /// Makes an empty file for its owner alone, in place of a remainder of that name.
    static func create(_ path: String) throws(SQLFailure) {
        unlink(path)
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw .last(path, "cannot be made") }
        close(descriptor)
    }

    /// Copies a file to a new one for its owner alone.
    static func copy(_ source: String, to path: String) throws(SQLFailure) {
        let from = open(source, O_RDONLY | O_CLOEXEC)
        guard from >= 0 else { throw .last(source, "cannot be read") }
        defer { close(from) }
        try create(path)
        let to = open(path, O_WRONLY | O_CLOEXEC)
        guard to >= 0 else { throw .last(path, "cannot be written") }
        defer { close(to) }
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = read(from, &buffer, buffer.count)
            guard count >= 0 else { throw .last(source, "cannot be read") }
            if count == 0 { break }
            var written = 0
            while written < count {
                let size = buffer[written..<count].withUnsafeBytes { write(to, $0.baseAddress, $0.count) }
                guard size > 0 else { throw .last(path, "cannot be written") }
                written += size
            }
        }
        guard fsync(to) == 0 else { throw .last(path, "cannot be written") }
    }

    /// Waits until a file's contents, or a directory's names, are on the disk.
    static func synchronize(_ path: String) throws(SQLFailure) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .last(path, "cannot be opened") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .last(path, "cannot be written") }
    }

    /// Puts a file in another's place at once.
    static func move(_ source: String, to path: String) throws(SQLFailure) {
        guard rename(source, path) == 0 else { throw .last(path, "cannot be put in place") }
        try synchronize(directory(of: path))
    }

    static func directory(of path: String) -> String {
        guard let end = path.lastIndex(of: "/") else { return "." }
        return end == path.startIndex ? "/" : String(path[..<end])
    }

    /// Whether two paths lead to one file.
    static func isSame(_ left: String, _ right: String) -> Bool {
        var (first, second) = (stat(), stat())
        return stat(left, &first) == 0 && stat(right, &second) == 0 && first.st_dev == second.st_dev
            && first.st_ino == second.st_ino
    }
}

extension SQLFailure {
    /// What the operating system's last call on this thread failed with.
    static func last(_ path: String, _ fault: String) -> SQLFailure {
        SQLFailure(.unavailable, "\(path) \(fault): \(String(cString: strerror(errno)))")
    }
}
