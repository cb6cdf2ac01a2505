import Foundation
import Logging
import Synchronization
import Testing

@testable import TesseraCLI

@Suite struct LogHandlerTests {
    private final class Lines: Sendable {
        private let lines = Mutex<[String]>([])
        var output: LogOutput { LogOutput { line in self.lines.withLock { $0.append(line) } } }
        var all: [String] { lines.withLock { $0 } }
    }

    @Test func `a line of text has time, level, message and metadata`() throws {
        let lines = Lines()
        var logger = Logger(label: "tessera") { _ in
            TextLogHandler(level: .info, colour: false, output: lines.output)
        }
        logger[metadataKey: "request_id"] = "r1"
        logger.warning("slow query", metadata: ["seconds": "2", "note": "a b"])
        let line = try #require(lines.all.first)
        let shape = #/\d\d:\d\d:\d\d\.\d{3} warning slow query  note="a b"  request_id=r1  seconds=2\n/#
        #expect(line.wholeMatch(of: shape) != nil, "\(line)")
    }

    @Test func `nothing can begin a line of its own or steer the terminal`() throws {
        let lines = Lines()
        let logger = Logger(label: "tessera") { _ in TextLogHandler(level: .info, colour: false, output: lines.output) }
        logger.info("evil\n12:00:00.000 info forged\u{1B}[2J", metadata: ["k\n": "v\r\u{2028}"])
        let line = try #require(lines.all.first)
        #expect(line.filter(\.isNewline).count == 1)
        #expect(!line.contains("\u{1B}"))
    }

    @Test func `a level below the configured one is not written`() {
        let lines = Lines()
        let logger = Logger(label: "tessera") { _ in TextLogHandler(level: .error, colour: false, output: lines.output)
        }
        logger.info("quiet")
        logger.critical("loud")
        #expect(lines.all.count == 1)
    }

    @Test func `colour is only for a terminal, and never with NO_COLOR`() {
        #expect(Console.mayColour(terminal: true, environment: [:]))
        #expect(Console.mayColour(terminal: true, environment: ["NO_COLOR": ""]))
        #expect(!Console.mayColour(terminal: true, environment: ["NO_COLOR": "1"]))
        #expect(!Console.mayColour(terminal: false, environment: [:]))
    }

    @Test func `a line of JSON is one object with the metadata beside the message`() throws {
        let lines = Lines()
        let logger = Logger(label: "tessera") { label in
            JSONLogHandler(label: label, level: .info, output: lines.output)
        }
        logger.notice("said \"no\"\n", metadata: ["list": ["a", "b"], "message": "mine", "map": ["k": "v"]])
        let line = try #require(lines.all.first)
        #expect(line.hasSuffix("}\n") && line.filter(\.isNewline).count == 1)
        let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        #expect(object["level"] as? String == "notice")
        #expect(object["logger"] as? String == "tessera")
        #expect(object["message"] as? String == "said \"no\"\n")
        #expect(object["message_"] as? String == "mine")
        #expect(object["list"] as? [String] == ["a", "b"])
        #expect(object["map"] as? [String: String] == ["k": "v"])
        let time = try #require(object["time"] as? String)
        #expect(time.wholeMatch(of: #/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/#) != nil)
    }

    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (951_782_400, "2000-02-29T00:00:00.000Z"),
            (1_795_535_999, "2026-11-24T15:59:59.000Z"), (-1, "1969-12-31T23:59:59.000Z"),
            (4_107_542_400, "2100-03-01T00:00:00.000Z"),
        ] as [(Int64, String)]
    )
    func `a timestamp is the civil date in UTC`(seconds: Int64, expected: String) {
        #expect(CivilTime(seconds: seconds).dateAndTime == expected)
    }
}
