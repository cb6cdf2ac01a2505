import Testing

@testable import TesseraCore

struct TimestampTextTests {
    @Test(arguments: [
        ("1970-01-01", Int64(0)), ("1970-01-01T00:00:00Z", 0), ("2026-11-28T16:00:00Z", 1_795_881_600_000),
        ("2026-11-28t16:00:00.5z", 1_795_881_600_500), ("2026-11-28 17:30:00.123456+01:30", 1_795_881_600_123),
        ("2000-02-29T23:59:59-00:01", 951_868_859_000), ("1969-12-31T23:59:59Z", -1000),
        ("0000-03-01", -62_162_035_200_000),
    ])
    func `times of RFC 3339 are read`(_ row: (text: String, milliseconds: Int64)) {
        #expect(Timestamp(rfc3339: row.text)?.milliseconds == row.milliseconds)
    }

    @Test(arguments: [
        "", "yesterday", "2026", "2026-13-01", "2026-00-01", "2026-01-32", "2026-11-28T", "2026-11-28T24:00:00Z",
        "2026-11-28T16:00:00", "2026-11-28T16:00:00.Z", "2026-11-28T16:00:00Zjunk", "2026-11-28T16:00:00+1:00",
        "+026-11-28", "２０２６-11-28", "2026-11-28T16:00:00." + String(repeating: "0", count: 40) + "Z",
    ])
    func `anything else is none`(_ text: String) {
        #expect(Timestamp(rfc3339: text) == nil)
    }
}
