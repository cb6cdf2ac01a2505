internal import Foundation
internal import Synchronization

/// A port that nobody listens on, and that nobody else is given while a test makes use of it.
///
/// The system gives ports of its own to whoever connects or listens on port 0. A port out of that range can be taken
/// between its being found and its being used, so these lie below it, and each is given once a process.
public enum FreePort {
    private static let range = 15_000..<32_000
    private static let given = Mutex<Set<Int>>([])

    /// Finds one.
    /// - Throws: Where there is none.
    public static func find() throws -> Int {
        for _ in range {
            let port = Int.random(in: range)
            guard given.withLock({ $0.insert(port).inserted }) else { continue }
            if isFree(port) { return port }
        }
        throw POSIXError(.EADDRNOTAVAIL)
    }

    /// Whether a server could listen on the port at every address.
    private static func isFree(_ port: Int) -> Bool {
        #if canImport(Darwin)
        let descriptor = socket(AF_INET, SOCK_STREAM, 0)
        #else
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #endif
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(descriptor, pointer, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}
