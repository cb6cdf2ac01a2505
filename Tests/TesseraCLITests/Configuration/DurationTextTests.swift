import Testing

@testable import TesseraCLI

@Suite struct DurationTextTests {
    @Test(
        arguments: [
            ("0s", 0), ("30s", 30), ("15m", 900), ("12h", 43_200), ("14d", 1_209_600), ("007s", 7),
        ] as [(String, Int64)]
    )
    func `digits and one unit are a duration`(text: String, seconds: Int64) {
        #expect(DurationText.parse(text) == .seconds(seconds))
    }

    @Test(arguments: [
        "", "s", "30", "30 s", " 30s", "30S", "-1s", "+1s", "1.5h", "1h30m", "10ms", "９s", "9223372036854775807d",
        "99999999999999999999s", "1w",
    ])
    func `anything else is none`(text: String) {
        #expect(DurationText.parse(text) == nil)
    }

    @Test(arguments: ["0s", "1s", "90s", "15m", "1h", "36h", "14d"])
    func `what is described reads back`(text: String) throws {
        let duration = try #require(DurationText.parse(text))
        #expect(DurationText.describe(duration) == text)
    }

    @Test func `the longest unit that fits is shown`() {
        #expect(DurationText.describe(.seconds(86_400)) == "1d")
        #expect(DurationText.describe(.seconds(5_400)) == "90m")
    }
}
