import HTTPTypes
import Logging
import TesseraCore
import Testing

@testable import TesseraHTTP

struct ClientAddressResolverTests {
    private func address(
        _ peer: String,
        _ fields: HTTPFields,
        proxies: [String] = ["10.0.0.0/8"],
        log: LogRecorder = LogRecorder()
    ) throws -> String? {
        let resolver = ClientAddressResolver(
            proxies: TrustedProxies(proxies.compactMap { AddressPrefix($0) }),
            metrics: PrometheusMetrics()
        )
        return resolver.address(of: ClientAddress(peer), headers: fields, logger: log.logger)?.description
    }

    @Test func `a forged client address from an untrusted peer is ignored and logged once`() throws {
        let log = LogRecorder()
        let metrics = PrometheusMetrics()
        let resolver = ClientAddressResolver(proxies: .none, metrics: metrics)
        for _ in 0..<3 {
            let address = resolver.address(
                of: ClientAddress("203.0.113.9"),
                headers: [.xForwardedFor: "198.51.100.1"],
                logger: log.logger
            )
            #expect(address?.description == "203.0.113.9")
        }
        #expect(log.lines.count == 1)
        #expect(log.lines.first?.contains("198.51.100.1") == false)
        #expect(metrics.exposition.contains("tessera_forwarded_addresses_ignored_total 3"))
    }

    @Test(arguments: ["10.0.0.0/33", "x/8", "10.0.0.0/", ""])
    func `a network that is none is refused`(text: String) {
        #expect(AddressPrefix(text) == nil)
    }

    @Test func `of a trusted proxy the rightmost untrusted entry counts`() throws {
        #expect(try address("10.0.0.1", [.xForwardedFor: "1.1.1.1, 203.0.113.9, 10.0.0.2"]) == "203.0.113.9")
        #expect(try address("10.0.0.1", [.xForwardedFor: "203.0.113.9:4711"]) == "203.0.113.9")
        #expect(try address("10.0.0.1", [.xForwardedFor: "[2001:db8::9]:4711"]) == "2001:db8::9")
        #expect(try address("10.0.0.1", [.xForwardedFor: "10.0.0.3, 10.0.0.2"]) == "10.0.0.3")
        #expect(try address("10.0.0.1", [:]) == "10.0.0.1")
    }

    @Test func `several fields are one list`() throws {
        var fields = HTTPFields()
        fields.append(HTTPField(name: .xForwardedFor, value: "1.1.1.1"))
        fields.append(HTTPField(name: .xForwardedFor, value: "203.0.113.9"))
        #expect(try address("10.0.0.1", fields) == "203.0.113.9")
    }

    @Test func `an unreadable entry leaves the hop that wrote it`() throws {
        #expect(try address("10.0.0.1", [.xForwardedFor: "1.1.1.1, unknown, 10.0.0.2"]) == "10.0.0.2")
        #expect(try address("10.0.0.1", [.xForwardedFor: "unix"]) == "10.0.0.1")
        #expect(try address("10.0.0.1", [.xForwardedFor: "1.1.1.1,"]) == "10.0.0.1")
    }

    @Test func `the standard field is read too`() throws {
        let value = "for=1.1.1.1, For=\"[2001:db8::9]:4711\";proto=https, for=10.0.0.2"
        #expect(try address("10.0.0.1", [.forwarded: value]) == "2001:db8::9")
    }

    @Test func `two fields that disagree are both disbelieved`() throws {
        #expect(try address("10.0.0.1", [.forwarded: "for=1.1.1.1", .xForwardedFor: "2.2.2.2"]) == "10.0.0.1")
        #expect(try address("10.0.0.1", [.forwarded: "for=2.2.2.2", .xForwardedFor: "2.2.2.2"]) == "2.2.2.2")
    }
}
