internal import NIOCore
internal import NIOHTTP1

/// Refuses requests whose end or whose host two servers could read differently (RFC 9112 §3.2, §6.3, §11.2).
///
/// NIO's decoder refuses most of it by itself. What it lets pass is caught here: a length beside a transfer coding,
/// repeated lengths, a coding other than `chunked`, line ends inside of values (folded fields), and none or several hosts.
/// The error reaches Hummingbird as a parser error: it answers 400 and closes.
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
        var lengths = 0
        var codings = 0
        for (name, value) in head.headers {
            guard isClean(value) else { return .invalidHeaderToken }
            switch name.utf8.count {
            case 4 where name.lowercased() == "host":
                hosts += 1
            case 14 where name.lowercased() == "content-length":
                lengths += 1
                guard !value.isEmpty, value.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
                    return .invalidContentLength
                }
            case 17 where name.lowercased() == "transfer-encoding":
                codings += 1
                guard value.lowercased() == "chunked" else { return .unknown }
            default:
                break
            }
        }
        if lengths > 1 || codings > 1 || (lengths == 1 && codings == 1) { return .unexpectedContentLength }
        let isOld = head.version == .http1_0
        if codings == 1 && isOld { return .invalidVersion }
        if hosts > 1 || (hosts == 0 && !isOld) { return .invalidHeaderToken }
        return nil
    }

    /// Whether a value has no control byte but the tab: a folded field carries its line end in here.
    private static func isClean(_ value: String) -> Bool {
        value.utf8.allSatisfy { ($0 >= 0x20 && $0 != 0x7f) || $0 == 0x09 }
    }
}
