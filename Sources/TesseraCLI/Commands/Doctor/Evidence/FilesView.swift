#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The embedded files as the file system knows them.
struct FilesView: Sendable {
    /// A file's name and mode.
    struct Entry: Sendable, Equatable {
        let path: String
        let mode: UInt32

        /// Whether anybody but the owner may read or write it.
        var isExposed: Bool { mode & 0o077 != 0 }
        /// As `chmod` takes it.
        var octal: String { "0" + String(mode & 0o777, radix: 8) }
    }

    let directory: Entry
    let files: [Entry]
    /// Whether the administrator's first password still stands in its file.
    let hasInitialPassword: Bool
    /// The room left for the database's file system, and all of it, in bytes.
    let free: UInt64
    let capacity: UInt64

    /// Looks; `nil` if there is no such directory.
    init?(dataDirectory path: String, database: DatabaseLocation) {
        guard let directory = Self.entry(path) else { return nil }
        self.directory = directory
        var names: [String] = []
        if let stream = opendir(path) {
            defer { closedir(stream) }
            while let entry = readdir(stream) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                    pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                if name != ".", name != ".." { names.append(name) }
            }
        }
        files = names.sorted().compactMap { Self.entry(path + "/" + $0) }
        hasInitialPassword = names.contains("initial-admin-password")
        var room = statvfs()
        var measured = path
        if case .sqlite(let file) = database, PrivateFile.exists(file) { measured = file }
        let isKnown = statvfs(measured, &room) == 0
        free = isKnown ? UInt64(room.f_bavail) &* UInt64(room.f_frsize) : 0
        capacity = isKnown ? UInt64(room.f_blocks) &* UInt64(room.f_frsize) : 0
    }

    init(directory: Entry, files: [Entry], hasInitialPassword: Bool, free: UInt64, capacity: UInt64) {
        self.directory = directory
        self.files = files
        self.hasInitialPassword = hasInitialPassword
        self.free = free
        self.capacity = capacity
    }

    private static func entry(_ path: String) -> Entry? {
        var status = stat()
        guard lstat(path, &status) == 0 else { return nil }
        return Entry(path: path, mode: status.st_mode & 0o7777)
    }
}
