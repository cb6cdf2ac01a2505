public import Foundation
internal import Synchronization

/// An OpenTelemetry collector that keeps what it is sent, and can be told to refuse it.
public final class TraceCollector: Sendable {
    /// Where it listens on 127.0.0.1.
    public let port: Int
    /// Its address for `otlp_endpoint`.
    public var endpoint: String { "http://127.0.0.1:\(port)" }
    private let listener: Int32
    private let state: Received

    /// What came in, shared with the thread that answers.
    private final class Received: Sendable {
        struct State {
            var status = 200
            var texts: [String] = []
        }

        /// Guards what came in.
        let state = Mutex(State())
    }

    /// Opens one, on a port of the system's choice unless one is named.
    public init(port: Int = 0) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port)).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        var yes: Int32 = 1
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && listen(listener, 8) == 0 && getsockname(listener, $0, &length) == 0
            }
        }
        guard isBound else { throw POSIXError(.EADDRNOTAVAIL) }
        self.listener = listener
        self.port = Int(UInt16(bigEndian: address.sin_port))
        let received = Received()
        state = received
        Thread.detachNewThread {
            while true {
                let connection = accept(listener, nil, nil)
                guard connection >= 0 else { return }
                Self.answer(connection, received)
                close(connection)
            }
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    /// The status that it answers with from now on.
    public var status: Int {
        get { state.state.withLock { $0.status } }
        set { state.state.withLock { $0.status = newValue } }
    }

    /// The bodies of all requests so far, refused ones too.
    public var texts: [String] { state.state.withLock { $0.texts } }

    /// Waits until a body has this text, and answers the first that has; the test's time limit is the bound.
    public func text(containing part: String) async throws -> String {
        while true {
            if let text = texts.first(where: { $0.contains(part) }) { return text }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    /// Reads one request and answers it.
    private static func answer(_ connection: Int32, _ received: Received) {
        var data = Data()
        var buffer = [UInt8](repeating: 0, count: 65_536)
        var body: Data.SubSequence?
        while body == nil {
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { return }
            data.append(contentsOf: buffer[..<count])
            guard let end = data.range(of: Data("\r\n\r\n".utf8)) else { continue }
            let head = String(decoding: data[..<end.lowerBound], as: UTF8.self).lowercased()
            let length = head.components(separatedBy: "content-length: ").last?.split(separator: "\r\n").first
            guard let length = length.flatMap({ Int($0) }), head.hasPrefix("post /v1/traces ") else { return }
            if data.count - end.upperBound >= length { body = data[end.upperBound...] }
        }
        let status = received.state.withLock { state -> Int in
            state.texts.append(String(decoding: body ?? Data(), as: UTF8.self))
            return state.status
        }
        let answer = "HTTP/1.1 \(status) X\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"
        _ = send(connection, answer, answer.utf8.count, Int32(MSG_NOSIGNAL))
    }
}
