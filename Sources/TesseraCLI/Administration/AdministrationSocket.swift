import JOSE
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import Synchronization
import TesseraCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The server's end of the administration socket: takes commands from the data directory's owner, and nobody else.
struct AdministrationSocket: Service {
    /// The socket's name in the data directory.
    static let name = "tessera.sock"
    /// More commands than people run at once.
    private static let connections = 32

    private let listener: Int32
    private let path: String
    private let domain: Domain
    private let logger: Logger

    /// Binds the socket.
    ///
    /// The caller has the data directory's lock: a socket that is there already is a dead server's.
    init(_ directory: DataDirectory, domain: Domain, logger: Logger) throws(CommandFailure) {
        self.domain = domain
        self.logger = logger
        path = directory.socket
        do throws(SystemError) {
            let short = try UnixSocketPath(directory: directory.path, name: Self.name)
            listener = try UnixSocketPath.makeSocket()
            unlink(path)
            guard short.withAddress({ bindSocket(listener, $0, $1) }) == 0, chmod(path, 0o600) == 0,
                listen(listener, 16) == 0
            else {
                let error = SystemError.last
                close(listener)
                throw error
            }
        } catch {
            throw .failed("The socket \(DataDirectory.absolute(path)) cannot be made: \(error.description).")
        }
    }

    func run() async throws {
        defer { unlink(path) }
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(listener) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        try await withThrowingDiscardingTaskGroup { group in
            try await server.executeThenClose { clients in
                let open = Counter()
                for try await client in clients.cancelOnGracefulShutdown() {
                    guard await Self.isOwner(client.channel), open.increment(below: Self.connections) else {
                        logger.warning("refused a connection to the administration socket")
                        try? await client.channel.close()
                        continue
                    }
                    group.addTask {
                        defer { open.decrement() }
                        await converse(with: client)
                    }
                }
            }
        }
    }

    private func converse(with client: NIOAsyncChannel<ByteBuffer, ByteBuffer>) async {
        do {
            try await client.executeThenClose { inbound, outbound in
                var received = ByteBuffer()
                for try await var chunk in inbound.cancelOnGracefulShutdown() {
                    received.writeBuffer(&chunk)
                    while let body = try Self.frame(from: &received) {
                        guard let answer = AdministrationFrame.framed(await answer(body)) else { return }
                        try await outbound.write(ByteBuffer(bytes: answer))
                    }
                    received.discardReadBytes()
                }
            }
        } catch {
            logger.debug("an administration connection failed", metadata: ["error": "\(error)"])
        }
    }

    private func answer(_ body: [UInt8]) async -> [UInt8] {
        do throws(AdministrationError) {
            let command = try AdministrationFrame.command(in: body)
            let reply = try await AdministrationCatalogue.perform(
                command.name,
                arguments: command.arguments,
                in: domain
            )
            // Who follows the audit trail asks every second, and is in that trail.
            let level: Logger.Level = command.name == ReadAudit.name ? .debug : .info
            logger.log(level: level, "carried out a command", metadata: ["command": "\(command.name)"])
            return AdministrationFrame.answer(.success(reply))
        } catch {
            return AdministrationFrame.answer(.failure(error))
        }
    }

    private struct TooLong: Error {}

    private static func frame(from buffer: inout ByteBuffer) throws -> [UInt8]? {
        let start = buffer.readerIndex
        guard let header = buffer.getBytes(at: start, length: AdministrationFrame.headerLength) else { return nil }
        guard let length = AdministrationFrame.length(header) else { throw TooLong() }
        guard let body = buffer.getBytes(at: start + header.count, length: length) else { return nil }
        buffer.moveReaderIndex(forwardBy: header.count + length)
        return body
    }

    /// Asks the kernel who connected.
    ///
    /// The socket's mode says the same; this holds even where a mode was changed.
    private static func isOwner(_ channel: any Channel) async -> Bool {
        #if os(Linux)
        guard let provider = channel as? any SocketOptionProvider else { return false }
        let option = NIOBSDSocket.Option(rawValue: SO_PEERCRED)
        let peer: EventLoopFuture<PeerCredentials> = provider.unsafeGetSocketOption(level: .socket, name: option)
        return (try? await peer.get().uid) == geteuid()
        #else
        return true
        #endif
    }
}

/// `struct ucred` (unix(7)).
private struct PeerCredentials: Sendable {
    var pid: Int32 = 0
    var uid: UInt32 = .max
    var gid: UInt32 = .max
}

/// Counts what is open; never above a bound.
private final class Counter: Sendable {
    private let count = Atomic<Int>(0)

    func increment(below bound: Int) -> Bool {
        let (old, _) = count.add(1, ordering: .relaxed)
        if old < bound { return true }
        decrement()
        return false
    }

    func decrement() { count.subtract(1, ordering: .relaxed) }
}

/// `bind(2)`, under a name that no method hides.
private func bindSocket(_ descriptor: Int32, _ address: UnsafePointer<sockaddr>, _ length: socklen_t) -> Int32 {
    bind(descriptor, address, length)
}
