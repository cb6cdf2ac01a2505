internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

/// A small HTTP server that can also misbehave.
struct TestListener: Sendable {
    struct Request: Sendable {
        let path: String
        let query: [String: String]
        let fields: [String: String]
    }

    typealias Connection = NIOAsyncChannel<HTTPServerRequestPart, HTTPPart<HTTPResponseHead, ByteBuffer>>
    typealias Writer = NIOAsyncChannelOutboundWriter<HTTPPart<HTTPResponseHead, ByteBuffer>>

    private let server: NIOAsyncChannel<Connection, Never>

    var channel: any Channel { server.channel }

    static func bind(port: Int) async throws -> TestListener {
        let server = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .bind(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(ByteBufferBodies())
                    return try Connection(wrappingChannelSynchronously: channel)
                }
            }
        return TestListener(server: server)
    }

    /// Answers until the task is cancelled; then the connections are closed.
    func serve(_ answer: @escaping @Sendable (Request) async -> TestReply) async {
        await withTaskGroup(of: Void.self) { group in
            try? await server.executeThenClose { connections in
                for try await connection in connections {
                    group.addTask { try? await Self.serve(connection, answer) }
                }
            }
            group.cancelAll()
        }
    }

    private static func serve(
        _ connection: Connection,
        _ answer: @escaping @Sendable (Request) async -> TestReply
    ) async throws {
        try await connection.executeThenClose { inbound, outbound in
            for try await part in inbound {
                guard case .head(let head) = part else { continue }
                let reply = await answer(request(head))
                guard try await deliver(reply, outbound) else { return }
                try Task.checkCancellation()
            }
        }
    }

    /// Sends a reply; false where the connection is to be closed.
    private static func deliver(_ reply: TestReply, _ outbound: Writer) async throws -> Bool {
        let body = Array(reply.body.utf8)
        var headers = HTTPHeaders(reply.fields.map { ($0.key, $0.value) })
        if reply.status != 304 { headers.replaceOrAdd(name: "content-length", value: "\(body.count)") }
        let head = HTTPResponseHead(version: .http1_1, status: .init(statusCode: reply.status), headers: headers)
        switch reply.delivery {
        case .whole:
            try await outbound.write(.head(head))
            if !body.isEmpty { try await outbound.write(.body(ByteBuffer(bytes: body))) }
            try await outbound.write(.end(nil))
        case .nothing(let closes):
            return !closes
        case .half(let closes):
            try await outbound.write(.head(head))
            try await outbound.write(.body(ByteBuffer(bytes: body.prefix(body.count / 2))))
            return !closes
        case .bytewise(let pause):
            try await outbound.write(.head(head))
            for byte in body {
                try await outbound.write(.body(ByteBuffer(bytes: [byte])))
                try await Task.sleep(for: pause)
            }
            try await outbound.write(.end(nil))
        }
        return true
    }

    private static func request(_ head: HTTPRequestHead) -> Request {
        let parts = head.uri.split(separator: "?", maxSplits: 1)
        var query: [String: String] = [:]
        for pair in parts.dropFirst().first?.split(separator: "&") ?? [] {
            let sides = pair.split(separator: "=", maxSplits: 1)
            query[String(sides[0])] = sides.count > 1 ? String(sides[1]) : ""
        }
        return Request(
            path: parts.first.map(String.init) ?? "/",
            query: query,
            fields: Dictionary(head.headers.map { ($0.name.lowercased(), $0.value) }) { first, _ in first }
        )
    }
}

/// Lets bodies be written as byte buffers, which may be sent between tasks.
private final class ByteBufferBodies: ChannelOutboundHandler {
    typealias OutboundIn = HTTPPart<HTTPResponseHead, ByteBuffer>
    typealias OutboundOut = HTTPServerResponsePart

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let part: OutboundOut =
            switch unwrapOutboundIn(data) {
            case .head(let head): .head(head)
            case .body(let buffer): .body(.byteBuffer(buffer))
            case .end(let trailers): .end(trailers)
            }
        context.write(wrapOutboundOut(part), promise: promise)
    }
}
