import JOSE

/// What is said about a token.
enum TokenAnswer {
    /// A sentence for a person: the code, the claim at fault, what was expected and what came.
    ///
    /// Never the token.
    static func explain(_ error: JWTError) -> String {
        var text = error.code.rawValue
        if let claim = error.claim { text += ", claim \(claim)" }
        if let expected = error.expected { text += ", expected \(expected)" }
        if let received = error.received { text += ", received \(received)" }
        return TextLogHandler.printable(text)
    }

    /// Appends `{"valid":true,…}` and a line feed.
    static func append(_ token: VerifiedToken, header: [UInt8], to line: inout [UInt8]) {
        line.append(contentsOf: Self.validHead)
        line.append(contentsOf: header)
        line.append(contentsOf: Self.claimsHead)
        append(json: token.payload, to: &line)
        line.append(contentsOf: Self.tail)
    }

    /// Appends `{"valid":false,…}` and a line feed.
    static func append(_ error: JWTError, to line: inout [UInt8]) {
        var answer: JSONObject = ["valid": false, "error": .string(error.code.rawValue)]
        if let claim = error.claim { answer["claim"] = .string(claim) }
        line.append(contentsOf: answer.serialized())
        line.append(UInt8(ascii: "\n"))
    }

    private static let validHead = Array(#"{"valid":true,"header":"#.utf8)
    private static let claimsHead = Array(#","claims":"#.utf8)
    private static let tail = Array("}\n".utf8)

    /// JSON that was verified goes out as it came, unless it would break the line: a line feed can only be white space
    /// in JSON, so that writing it anew changes nothing else.
    private static func append(json: some Collection<UInt8>, to line: inout [UInt8]) {
        if json.contains(where: { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }),
            let value = try? JSONValue(parsing: json)
        {
            line.append(contentsOf: value.serialized())
        } else {
            line.append(contentsOf: json)
        }
    }
}
