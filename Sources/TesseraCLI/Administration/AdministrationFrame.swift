import JOSE
import TesseraCore

/// What travels over the administration socket: four bytes of length, most significant first, then a JSON object.
enum AdministrationFrame {
    /// The longest body; more than the longest answer (10,000 sessions) takes.
    static let limit = 16 << 20
    /// The length that stands before each body.
    static let headerLength = 4
    /// Raised when the shape of the messages changes.
    private static let version: Int64 = 1

    private static let limits = JSONLimits(depth: 16, members: 100_000, bytes: limit)

    /// A body with its length before it; `nil` if it is too long.
    static func framed(_ body: [UInt8]) -> [UInt8]? {
        guard body.count <= limit, let length = UInt32(exactly: body.count) else { return nil }
        return withUnsafeBytes(of: length.bigEndian) { Array($0) } + body
    }

    /// The length in a header; `nil` if it is beyond the limit.
    static func length(_ header: some Sequence<UInt8>) -> Int? {
        let length = header.reduce(0) { $0 << 8 | Int($1) }
        return length <= limit ? length : nil
    }

    /// What asks for a command.
    static func request(_ name: String, arguments: JSONValue) -> [UInt8] {
        let object: JSONObject = [
            "version": .number(JSONNumber(version)), "command": .string(name), "arguments": arguments,
        ]
        return object.serialized()
    }

    /// Reads a request.
    static func command(in body: [UInt8]) throws(AdministrationError) -> (name: String, arguments: JSONValue) {
        guard let object = try? JSONObject(parsing: body, limits: limits), let name = object["command"]?.stringValue,
            let arguments = object["arguments"]
        else { throw AdministrationError(.invalid, "The request is not one of ours.") }
        guard object["version"]?.int64Value == version else {
            throw AdministrationError(
                .invalid,
                "The running server and this command are of different versions: restart the server with this one."
            )
        }
        return (name, arguments)
    }

    /// The answer to a command.
    static func answer(_ result: Result<JSONValue, AdministrationError>) -> [UInt8] {
        switch result {
        case .success(let reply): JSONObject(dictionaryLiteral: ("reply", reply)).serialized()
        case .failure(let error):
            JSONObject(
                dictionaryLiteral: ("error", ["code": .string(error.code.rawValue), "message": .string(error.message)])
            ).serialized()
        }
    }

    /// Reads an answer.
    static func reply(in body: [UInt8]) throws(AdministrationError) -> JSONValue {
        guard let object = try? JSONObject(parsing: body, limits: limits) else { throw unreadable }
        if let reply = object["reply"] { return reply }
        guard let error = object["error"]?.objectValue, let message = error["message"]?.stringValue,
            let code = error["code"]?.stringValue.flatMap(AdministrationError.Code.init(rawValue:))
        else { throw unreadable }
        throw AdministrationError(code, message)
    }

    private static let unreadable = AdministrationError(.unavailable, "The server's answer cannot be read.")
}
