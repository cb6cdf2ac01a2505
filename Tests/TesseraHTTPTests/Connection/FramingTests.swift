import Foundation
import Testing

@testable import TesseraHTTP

/// Requests that two servers could read differently: each is refused with 400, and the connection closes.
struct FramingTests {
    static let smuggling: [(String, String)] = [
        (
            "a length and a transfer coding",
            "POST /ignores HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG"
        ),
        (
            "a transfer coding and a length",
            "POST /ignores HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n0\r\n\r\nG"
        ),
        ("two lengths", "POST /ignores HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"),
        ("two equal lengths", "POST /ignores HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na"),
        ("a list of lengths", "POST /ignores HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 1\r\n\r\na"),
        ("a signed length", "POST /ignores HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\na"),
        ("a negative length", "POST /ignores HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\na"),
        ("a hexadecimal length", "POST /ignores HTTP/1.1\r\nHost: a\r\nContent-Length: 0x1\r\n\r\na"),
        ("an empty length", "POST /ignores HTTP/1.1\r\nHost: a\r\nContent-Length: \r\n\r\n"),
        (
            "a length that overflows",
            "POST /ignores HTTP/1.1\r\nHost: a\r\nContent-Length: 18446744073709551617\r\n\r\na"
        ),
        ("a folded field", "GET /hello HTTP/1.1\r\nHost: a\r\nX-A: b\r\n c\r\n\r\n"),
        ("a folded length", "POST /ignores HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n 1\r\n\r\na"),
        ("a folded coding", "POST /ignores HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n"),
        ("a bare CR in a value", "GET /hello HTTP/1.1\r\nHost: a\r\nX-A: b\rContent-Length: 5\r\n\r\n"),
        ("a bare LF after a field", "GET /hello HTTP/1.1\r\nHost: a\nX-A: b\r\n\r\n"),
        ("a bare LF after the request line", "GET /hello HTTP/1.1\nHost: a\r\n\r\n"),
        ("a bare LF that ends the head", "GET /hello HTTP/1.1\r\nHost: a\r\n\n"),
        ("a NUL in a value", "GET /hello HTTP/1.1\r\nHost: a\r\nX-A: b\0c\r\n\r\n"),
        ("a space before the colon", "POST /ignores HTTP/1.1\r\nHost: a\r\nContent-Length : 1\r\n\r\na"),
        ("a space before the first name", "GET /hello HTTP/1.1\r\n Host: a\r\n\r\n"),
        ("a coding that is not chunked", "POST /ignores HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity\r\n\r\na"),
        ("chunked twice", "POST /ignores HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n"),
        (
            "chunked and not last",
            "POST /ignores HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n"
        ),
        (
            "two codings",
            "POST /ignores HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        ),
        ("a look-alike coding", "POST /ignores HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"),
        ("a coding in HTTP/1.0", "POST /ignores HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        (
            "a chunk size with a prefix",
            "POST /json HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n0x2\r\n{}\r\n0\r\n\r\n"
        ),
        (
            "a signed chunk size",
            "POST /json HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n+2\r\n{}\r\n0\r\n\r\n"
        ),
        (
            "a chunk size with a space",
            "POST /json HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n2 \r\n{}\r\n0\r\n\r\n"
        ),
        (
            "a chunk size that overflows",
            "POST /json HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n10000000000000002\r\n{}\r\n0\r\n\r\n"
        ),
        (
            "an empty chunk size",
            "POST /json HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n\r\n{}\r\n0\r\n\r\n"
        ),
        (
            "a chunk that ends with LF",
            "POST /json HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n2\n{}\r\n0\r\n\r\n"
        ),
        (
            "a chunk without its end",
            "POST /json HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}0\r\n\r\n"
        ),
        (
            "a bare LF in a chunk extension",
            "POST /json HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n2;a\nb\r\n{}\r\n0\r\n\r\n"
        ),
        ("two hosts", "GET /hello HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"),
        ("a host with a space", "GET /hello HTTP/1.1\r\nHost: a b\r\n\r\n"),
        ("a host with a path", "GET /hello HTTP/1.1\r\nHost: a/b\r\n\r\n"),
        ("a host with a user", "GET /hello HTTP/1.1\r\nHost: a@b\r\n\r\n"),
        ("a host that is no ASCII", "GET /hello HTTP/1.1\r\nHost: \u{430}\r\n\r\n"),
        ("no host", "GET /hello HTTP/1.1\r\n\r\n"),
        ("a nameless field", "GET /hello HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n"),
        ("another protocol", "GET /hello HTTP/9.9\r\nHost: a\r\n\r\n"),
        ("no HTTP", "\u{16}\u{3}\u{1}\u{0}\u{a5}\u{1}"),
    ]

    @Test(arguments: smuggling)
    func `is refused with 400 and the connection closes`(name: String, request: String) async throws {
        let answer = try await EdgeFixture().servePort { port in
            // A second request, hidden behind the first: it must not be answered.
            try await exchange(port: port, request + "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
        }
        #expect(answer.hasPrefix("HTTP/1.1 400 "), "\(name): \(answer)")
        #expect(answer.components(separatedBy: "HTTP/1.1 ").count == 2, "\(name): one answer and no more: \(answer)")
    }

    @Test func `requests that are in order pass, also several at once`() async throws {
        let answer = try await EdgeFixture().servePort { port in
            try await exchange(
                port: port,
                "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"
                    + "POST /json HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "1\r\n{\r\n1;ext=1\r\n}\r\n0\r\n\r\n"
                    + "POST /ignores HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"
                    + "GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
            )
        }
        #expect(answer.components(separatedBy: "HTTP/1.1 200").count == 5, "\(answer)")
    }
}
