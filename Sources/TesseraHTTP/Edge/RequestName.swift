internal import HTTPTypes

/// The name of a request: the client's own, when it is short and harmless.
enum RequestName {
    static func given(in headers: HTTPFields) -> String? {
        guard let given = headers[.xRequestID], isSafe(given) else { return nil }
        return given
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
