internal import NIOCore
internal import NIOHTTP1

/// Refuses requests whose end or whose host two servers could read differently (RFC 9112 §3.2, §6.1, §11.2).
///
/// NIO's decoder refuses most of it by itself: two lengths, a length beside a coding, folded fields, bare line ends, odd
/// chunk sizes. What it lets pass is caught here, where repeated fields can still be told apart: a transfer coding that
/// is not exactly `chunked` or comes with HTTP/1.0; no host, several or a malformed one, or another in the target than in
/// the field. The error reaches Hummingbird as a parser error: it answers 400 and closes.
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
        var host: String?
        for (name, value) in head.headers {
            switch name.utf8.count {
            case 4 where name.lowercased() == "host":
                guard host == nil, value.utf8.allSatisfy(isOfHost) else { return .invalidHeaderToken }
                host = value
            case 17 where name.lowercased() == "transfer-encoding":
                guard value.lowercased() == "chunked", head.version != .http1_0 else { return .unknown }
            default:
                break
            }
        }
        guard let host else { return head.version == .http1_0 ? nil : .invalidHeaderToken }
        return names(head.uri, another: host) ? .invalidHeaderToken : nil
    }

    /// Whether a target in absolute form (RFC 9112 §3.2.2) names another host than the field, the scheme's own port counting
    /// as none.
    private static func names(_ target: String, another host: String) -> Bool {
        guard target.utf8.first != UInt8(ascii: "/") else { return false }
        let parts = target.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count > 2, parts[0].utf8.last == UInt8(ascii: ":"), parts[1].isEmpty else { return false }
        let port = parts[0].lowercased() == "https:" ? ":443" : ":80"
        func plain(_ authority: some StringProtocol) -> String {
            let text = authority.lowercased()
            return text.hasSuffix(port) ? String(text.dropLast(port.count)) : text
        }
        return plain(parts[2].prefix { $0 != "/" && $0 != "?" && $0 != "#" }) != plain(host)
    }

    /// Whether a host and port may have the byte (RFC 9110 §7.2, RFC 3986 §3.2.2).
    private static func isOfHost(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "#"), UInt8(ascii: "/"), UInt8(ascii: "<"), UInt8(ascii: ">"),
            UInt8(ascii: "?"), UInt8(ascii: "@"), UInt8(ascii: "\\"), UInt8(ascii: "^"), UInt8(ascii: "`"),
            UInt8(ascii: "{"), UInt8(ascii: "|"), UInt8(ascii: "}"):
            false
        default: (0x21...0x7E).contains(byte)
        }
    }
}
