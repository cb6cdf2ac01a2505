internal import NIOCore
internal import NIOHTTP1

/// Refuses requests whose end or whose host two servers could read differently (RFC 9112 §3.2, §6.1, §11.2).
///
/// NIO's decoder refuses most of it by itself: two lengths, a length beside a coding, folded fields, bare line ends, odd
/// chunk sizes. What it lets pass is caught here, where repeated fields can still be told apart: a transfer coding that
/// is not exactly `chunked` or comes with HTTP/1.0, and none or several hosts. The error reaches Hummingbird as a parser
/// error: it answers 400 and closes.
final class StrictFramingHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart

    private var refused = false

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !refused else { return }
        if case .head(let head) = Self.unwrapInboundIn(data), let fault = Self.fault(in: head) {
            refused = true
            context.fireErrorCaught(fault)
            return
        }
        context.fireChannelRead(data)
    }

    private static func fault(in head: HTTPRequestHead) -> HTTPParserError? {
        var hosts = 0
        for (name, value) in head.headers {
            switch name.utf8.count {
            case 4 where name.lowercased() == "host":
                hosts += 1
            case 17 where name.lowercased() == "transfer-encoding":
                guard value.lowercased() == "chunked", head.version != .http1_0 else { return .unknown }
            default:
                break
            }
        }
        return hosts == 1 || (hosts == 0 && head.version == .http1_0) ? nil : .invalidHeaderToken
    }
}
