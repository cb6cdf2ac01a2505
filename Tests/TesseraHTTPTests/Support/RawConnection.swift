import Foundation
import Synchronization

/// A bare TCP connection: it sends what a well-behaved client never would.
final class RawConnection: Sendable {
    struct Failure: Error {}

    /// Nil once closed: the number is another socket's by then, and a late byte would reach that.
    private let open: Mutex<Int32?>

    init(port: Int) throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw Failure() }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port)).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, size) }
        }
        guard result == 0 else {
            Glibc.close(descriptor)
            throw Failure()
        }
        var patience = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        open = Mutex(descriptor)
    }

    /// Sends all of it, or what the server takes; nothing once the connection is closed.
    func send(_ text: String) {
        let bytes = Array(text.utf8)
        open.withLock { descriptor in
            guard let descriptor else { return }
            var sent = 0
            while sent < bytes.count {
                let count = bytes[sent...].withUnsafeBytes {
                    Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                guard count > 0 else { return }
                sent += count
            }
        }
    }

    func finishSending() {
        open.withLock { descriptor in
            guard let descriptor else { return }
            shutdown(descriptor, Int32(SHUT_WR))
        }
    }

    func close() {
        open.withLock { descriptor in
            if let descriptor { Glibc.close(descriptor) }
            descriptor = nil
        }
    }

    /// Everything the server sends until it closes the connection; fails if it keeps it open for 20 s.
    func readToEnd() async throws -> String {
        try await read { _ in false }
    }

    /// What the server sends until a text has come.
    func read(until text: String) async throws -> String {
        try await read { $0.contains(text) }
    }

    private func read(until isDone: @escaping @Sendable (String) -> Bool) async throws -> String {
        guard let descriptor = open.withLock({ $0 }) else { throw Failure() }
        return try await withCheckedThrowingContinuation { continuation in
            // A thread of its own: a blocked one of the shared pool could be what the server waits for.
            Thread.detachNewThread {
                var bytes: [UInt8] = []
                var buffer = [UInt8](repeating: 0, count: 65536)
                while true {
                    let count = recv(descriptor, &buffer, buffer.count, 0)
                    if count > 0 { bytes.append(contentsOf: buffer[..<count]) }
                    let text = String(decoding: bytes, as: UTF8.self)
                    if count > 0, isDone(text) { return continuation.resume(returning: text) }
                    if count == 0 || (count < 0 && errno == ECONNRESET) { return continuation.resume(returning: text) }
                    if count < 0 { return continuation.resume(throwing: Failure()) }
                }
            }
        }
    }
}

/// Sends a text over a connection of its own and reads to the end.
func exchange(port: Int, _ text: String) async throws -> String {
    let connection = try RawConnection(port: port)
    defer { connection.close() }
    connection.send(text)
    return try await connection.readToEnd()
}
