import JOSE

/// Answers the lines of `tessera jwt verify --lines`.
struct LineVerifier {
    let verifier: TokenVerifier
    private var headers = HeaderMemo()

    init(_ verifier: TokenVerifier) { self.verifier = verifier }

    /// Appends the answer to one line; answers whether its token is valid.
    mutating func answer(_ line: UnsafeRawBufferPointer, _ answers: inout [UInt8]) -> Bool {
        do throws(JWTError) {
            let token = try verifier.verify(line)
            TokenAnswer.append(token, header: headers.json(of: token, line), to: &answers)
            return true
        } catch {
            TokenAnswer.append(error, to: &answers)
            return false
        }
    }
}

/// The header of the last token as JSON: most tokens of a stream have the same one.
private struct HeaderMemo {
    private var encoded: [UInt8] = []
    private var json: [UInt8] = []

    mutating func json(of token: VerifiedToken, _ line: UnsafeRawBufferPointer) -> [UInt8] {
        let isSame =
            line.count > encoded.count && line[encoded.count] == UInt8(ascii: ".")
            && line.prefix(encoded.count).elementsEqual(encoded) && !encoded.isEmpty
        if !isSame {
            encoded = Array(line.prefix { $0 != UInt8(ascii: ".") })
            json = token.header.parameters.serialized()
        }
        return json
    }
}
