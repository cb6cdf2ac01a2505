import Foundation
import Synchronization

/// Secrets that can be told from everything else, and the places where none of them may be found.
final class Canaries: Sendable {
    /// What has been planted, by the field it was planted in.
    private let planted = Mutex<[(field: String, text: String)]>([])

    var count: Int { planted.withLock { Set($0.map(\.field)).count } }

    /// A new secret for a field.
    func plant(_ field: String) -> String {
        let text = "canary-\(field)-\(UUID().uuidString)"
        add(field, text)
        return text
    }

    /// A secret that somebody else has made.
    func add(_ field: String, _ text: String) {
        guard !text.isEmpty else { return }
        planted.withLock { $0.append((field, text)) }
    }

    /// The fields whose secret stands in a text.
    func found(in text: String) -> [String] {
        planted.withLock { $0 }.filter { text.contains($0.text) }.map(\.field)
    }

    /// The fields whose secret stands in a file or in one below a directory, with the file's name.
    func found(below path: String) throws -> [String] {
        let names = try FileManager.default.subpathsOfDirectory(atPath: path)
        return names.flatMap { name -> [String] in
            guard let data = FileManager.default.contents(atPath: path + "/" + name) else { return [] }
            return found(in: data).map { "\($0) in \(name)" }
        }
    }

    /// The fields whose secret stands in bytes.
    func found(in data: Data) -> [String] {
        planted.withLock { $0 }.filter { data.range(of: Data($0.text.utf8)) != nil }.map(\.field)
    }
}
