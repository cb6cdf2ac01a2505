internal import HTTPTypes

/// The name of a request: the client's own, when it is short and harmless, else 16 random hexadecimal digits.
enum RequestName {
    static func name(for headers: HTTPFields) -> String {
        if let given = headers[.xRequestID], isSafe(given) { return given }
        let text = String(UInt64.random(in: .min ... .max), radix: 16)
        return String(repeating: "0", count: 16 - text.utf8.count) + text
    }

    /// Whether a name can stand in a log line and a header as it is.
    private static func isSafe(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                    true
                default: false
                }
            }
    }
}
