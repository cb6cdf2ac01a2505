import JOSE

/// What a key file holds: PEM or JSON, told apart by their first byte.
enum KeyFile {
    case pem(String)
    case key(JWK)
    case set([JWK])

    /// Reads a key file named on the command line; `-` is standard input.
    init(reading path: String) throws(CommandFailure) {
        let bytes = try FileInput.read(argument: path)
        let name = path == FileInput.standardInput ? "Standard input" : path
        try self.init(parsing: bytes, name: name)
    }

    /// Reads the contents of a key file.
    ///
    /// - Parameters:
    ///   - bytes: the contents.
    ///   - name: what to call it when something is wrong.
    /// - Throws: a sentence that says what is wrong with the file, but never what is in it.
    init(parsing bytes: [UInt8], name: String) throws(CommandFailure) {
        guard bytes.first(where: { $0 > 0x20 }) == UInt8(ascii: "{") else {
            guard let text = String(validating: bytes, as: UTF8.self), text.contains("-----BEGIN ") else {
                throw .usage("\(name) holds neither a JWK nor PEM.")
            }
            self = .pem(text)
            return
        }
        let object = try Self.object(bytes, name: name)
        guard let keys = object["keys"] else {
            self = .key(JWK(members: object))
            return
        }
        guard let members = keys.arrayValue?.map(\.objectValue), !members.contains(nil) else {
            throw .usage("\(name): \"keys\" is not an array of keys.")
        }
        self = .set(members.compactMap(\.self).map { JWK(members: $0) })
    }

    private static func object(_ bytes: [UInt8], name: String) throws(CommandFailure) -> JSONObject {
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue(parsing: bytes)
        } catch {
            throw .usage("\(name) is not valid JSON: \(error).")
        }
        guard let object = value.objectValue else { throw .usage("\(name) is not a JSON object.") }
        return object
    }
}
