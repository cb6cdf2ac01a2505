#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The path of a Unix socket, however long its directory's name is: the address itself holds about a hundred bytes.
struct UnixSocketPath {
    /// A path that fits into an address, and is good while this value lives.
    let text: String
    private let directory: OpenDirectory?

    /// Makes the path of a socket in a directory.
    init(directory path: String, name: String) throws(SystemError) {
        let whole = path + "/" + name
        guard whole.utf8.count >= Self.longest else {
            text = whole
            directory = nil
            return
        }
        #if os(Linux)
        let directory = try OpenDirectory(path)
        text = "/proc/self/fd/\(directory.descriptor)/\(name)"
        self.directory = directory
        #else
        throw SystemError(number: ENAMETOOLONG)
        #endif
    }

    /// One less than the smallest `sun_path`, for the byte that ends it.
    private static let longest = 100

    /// Keeps a directory open, so that the kernel has a short name for it.
    private final class OpenDirectory {
        let descriptor: Int32

        init(_ path: String) throws(SystemError) {
            descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            guard descriptor >= 0 else { throw .last }
        }

        deinit { close(descriptor) }
    }

    /// Calls `body` with the address as the system's calls take it.
    func withAddress<R>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> R) -> R {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(text.utf8)
        withUnsafeMutableBytes(of: &address.sun_path) { path in
            for (index, byte) in bytes.enumerated().prefix(path.count - 1) { path[index] = byte }
        }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }

    /// A new stream socket.
    static func makeSocket() throws(SystemError) -> Int32 {
        #if os(Linux)
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        #else
        let descriptor = socket(AF_UNIX, SOCK_STREAM, 0)
        #endif
        guard descriptor >= 0 else { throw .last }
        return descriptor
    }
}
