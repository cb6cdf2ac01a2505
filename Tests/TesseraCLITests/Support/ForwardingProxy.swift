import Foundation

/// A proxy that hands each connection's first request on, with an `X-Forwarded-For` of its own, and closes.
final class ForwardingProxy: Sendable {
    private let listener: Int32

    init(port: Int, to url: String) throws {
        let target = Int(url.split(separator: ":").last ?? "") ?? 0
        let listener = try Self.socket(port: port) { descriptor, address, length in
            var yes: Int32 = 1
            setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
            return bind(descriptor, address, length) == 0 && listen(descriptor, 8) == 0
        }
        self.listener = listener
        Thread.detachNewThread {
            while true {
                let client = accept(listener, nil, nil)
                guard client >= 0 else { return }
                Self.forward(client, to: target)
                close(client)
            }
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    private static func forward(_ client: Int32, to port: Int) {
        guard let server = try? socket(port: port, { connect($0, $1, $2) == 0 }) else { return }
        defer { close(server) }
        var buffer = [UInt8](repeating: 0, count: 65_536)
        var request = ""
        while !request.contains("\r\n\r\n") {
            let count = recv(client, &buffer, buffer.count, 0)
            guard count > 0 else { return }
            request += String(decoding: buffer[..<count], as: UTF8.self)
        }
        let forwarded = request.replacing(
            "\r\n\r\n",
            with: "\r\nX-Forwarded-For: 192.0.2.7\r\nConnection: close\r\n\r\n",
            maxReplacements: 1
        )
        let bytes = Array(forwarded.utf8)
        _ = send(server, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        while true {
            let count = recv(server, &buffer, buffer.count, 0)
            guard count > 0, send(client, buffer, count, Int32(MSG_NOSIGNAL)) == count else { return }
        }
    }

    private static func socket(
        port: Int,
        _ use: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Bool
    ) throws -> Int32 {
        let descriptor = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port)).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let isReady = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                use(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard isReady else {
            close(descriptor)
            throw POSIXError(.EADDRNOTAVAIL)
        }
        return descriptor
    }
}
