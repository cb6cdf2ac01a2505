import Foundation
import JOSE
import Testing

/// The published test vectors, which lie beside the package in `shared/vectors`.
enum Vectors {
    static let directory: URL? = {
        var root = URL(filePath: #filePath)
        for _ in 0..<4 { root.deleteLastPathComponent() }
        let working = URL(filePath: FileManager.default.currentDirectoryPath)
        return [root, working]
            .map { $0.appending(path: "../shared/vectors").standardizedFileURL }
            .first { FileManager.default.fileExists(atPath: $0.path) }
    }()

    static var areHere: Bool { directory != nil }
    static let absence: Comment = "the vectors are not run: ../shared/vectors is absent"

    /// Reads a file of vectors with the library's own strict reader.
    static func load(_ path: String) throws -> JSONValue {
        let file = try #require(directory).appending(path: path)
        return try JSONValue(parsing: Array(Data(contentsOf: file)), limits: JSONLimits(depth: 32, bytes: 4 << 20))
    }
}

/// One case of a Wycheproof file, with its group's key.
struct WycheproofCase: Sendable, CustomTestStringConvertible {
    let id: Int64
    let comment: String
    let isValid: Bool
    /// The token; nil where the vector is a JSON serialisation or a JWE.
    let compact: String?
    let json: JSONValue?
    let isEncrypted: Bool
    /// The key or the key set that verifies.
    let key: JSONObject

    var testDescription: String { "tcId \(id) \(comment)" }

    static func load(_ name: String) throws -> [WycheproofCase] {
        let file = try Vectors.load("wycheproof/\(name).json")
        return try (file["testGroups"]?.arrayValue ?? []).flatMap { group in
            let key = try #require((group["public"] ?? group["private"])?.objectValue)
            return try (group["tests"]?.arrayValue ?? []).map { test in
                WycheproofCase(
                    id: try #require(test["tcId"]?.int64Value),
                    comment: test["comment"]?.stringValue ?? "",
                    isValid: test["result"]?.stringValue == "valid",
                    compact: test["jws"]?.stringValue,
                    json: test["jws"]?.objectValue.map(JSONValue.object),
                    isEncrypted: test["jwe"] != nil,
                    key: key
                )
            }
        }
    }

    /// Whether this library takes the token: with its key, in a set of one unless the vector brings a set.
    func isAccepted() throws -> Bool {
        let keys = key["keys"] == nil ? JSONObject.Member(name: "keys", value: .array([.object(key)])) : nil
        let set = try KeySet(parsing: (keys.map { JSONObject(dictionaryLiteral: ($0.name, $0.value)) } ?? key).text)
        return (try? JWS.verify(compact ?? "", keys: set)) != nil
    }
}
