import Foundation
import NIOCore
import NIOPosix
import NIOSSL
import NIOTLS
import Synchronization

/// A TLS connection that sends what a well-behaved client never would, and keeps what comes.
final class SecureConnection: Sendable {
    struct Failure: Error {}

    private let channel: any Channel
    private let received: Received

    /// Connects; the handshake is done when this returns.
    init(
        port: Int,
        trusting authority: String,
        maximumVersion: TLSVersion? = nil,
        received: Received = Received()
    ) async throws {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.trustRoots = .file(authority)
        configuration.minimumTLSVersion = .tlsv1
        configuration.maximumTLSVersion = maximumVersion
        let context = try NIOSSLContext(configuration: configuration)
        self.received = received
        channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let tls = try NIOSSLClientHandler(context: context, serverHostname: nil)
                    try channel.pipeline.syncOperations.addHandlers([tls, Collector(received)])
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        guard await received.handshake() else { throw Failure() }
    }

    /// The serial number and version that the server showed.
    func peer() async throws -> (serialNumber: [UInt8], version: TLSVersion?) {
        try await channel.eventLoop.submit { [channel] in
            let handler = try channel.pipeline.syncOperations.handler(type: NIOSSLClientHandler.self)
            return (handler.peerCertificate?.serialNumber ?? [], handler.tlsVersion)
        }.get()
    }

    func send(_ text: String) async {
        try? await channel.writeAndFlush(ByteBuffer(string: text))
    }

    /// Sends without waiting for the bytes to leave.
    func push(_ text: String) {
        channel.writeAndFlush(ByteBuffer(string: text), promise: nil)
    }

    func stopReading() async throws {
        try await channel.setOption(.autoRead, value: false).get()
    }

    func finishSending() async {
        try? await channel.close(mode: .output)
    }

    func close() { channel.close(promise: nil) }

    func read(until text: String) async throws -> String {
        try await received.text { $0.contains(text) }
    }

    /// Everything until the server closes.
    func readToEnd() async throws -> String {
        try await received.text { _ in false }
    }

    /// What has come so far, and who waits for it.
    final class Received: Sendable {
        private struct State {
            var text = ""
            var hasShaken = false
            var hasEnded = false
            var waiting: [@Sendable (String, Bool, Bool) -> Bool] = []
        }

        private let state = Mutex(State())

        func handshake() async -> Bool {
            await wait { _, hasShaken, hasEnded in hasShaken ? true : hasEnded ? false : nil }
        }

        func text(_ isDone: @escaping @Sendable (String) -> Bool) async throws -> String {
            await wait { text, _, hasEnded in hasEnded || isDone(text) ? text : nil }
        }

        private func wait<Value: Sendable>(
            _ answer: @escaping @Sendable (String, Bool, Bool) -> Value?
        ) async -> Value {
            await withCheckedContinuation { continuation in
                state.withLock { state in
                    if let value = answer(state.text, state.hasShaken, state.hasEnded) {
                        continuation.resume(returning: value)
                        return
                    }
                    state.waiting.append { text, hasShaken, hasEnded in
                        guard let value = answer(text, hasShaken, hasEnded) else { return false }
                        continuation.resume(returning: value)
                        return true
                    }
                }
            }
        }

        fileprivate func add(_ text: String = "", hasShaken: Bool = false, hasEnded: Bool = false) {
            state.withLock { state in
                state.text += text
                state.hasShaken = state.hasShaken || hasShaken
                state.hasEnded = state.hasEnded || hasEnded
                state.waiting.removeAll { $0(state.text, state.hasShaken, state.hasEnded) }
            }
        }
    }

    private final class Collector: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private let received: Received

        init(_ received: Received) { self.received = received }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            received.add(String(buffer: Self.unwrapInboundIn(data)))
        }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            if case .handshakeCompleted = event as? TLSUserEvent { received.add(hasShaken: true) }
            if event as? ChannelEvent == .inputClosed { received.add(hasEnded: true) }
        }

        func channelInactive(context: ChannelHandlerContext) { received.add(hasEnded: true) }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }
}
