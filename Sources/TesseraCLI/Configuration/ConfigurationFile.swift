import Yams

/// `tessera.yaml`, read strictly: every key known, none twice, each value plain text, a list where one is expected.
struct ConfigurationFile: Sendable {
    /// One key's value, and where it stands.
    struct Value: Sendable, Equatable {
        let text: String
        let source: String
    }

    private(set) var values: [String: Value] = [:]
    private(set) var faults: [ConfigurationFault] = []

    /// The file that is read from the working directory when none is named.
    static let defaultPath = "tessera.yaml"

    private init() {}

    /// Reads the file that was named, or the one in the working directory if it exists.
    static func read(_ path: String?) -> ConfigurationFile {
        let name = path ?? defaultPath
        var file = ConfigurationFile()
        do throws(SystemError) {
            file = ConfigurationFile(parsing: try FileInput.read(path: name, limit: 1 << 20), path: name)
        } catch {
            if path == nil, error == .noSuchFile { return file }
            let problem = "cannot be read: \(error.description)"
            file.faults = [ConfigurationFault(key: "--config", source: name, problem: problem)]
        }
        return file
    }

    /// Reads the contents of a file.
    init(parsing bytes: [UInt8], path: String) {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            faults = [ConfigurationFault(key: "--config", source: path, problem: "expected UTF-8 text")]
            return
        }
        do {
            guard let root = try Yams.compose(yaml: text), root.null == nil else { return }
            guard let mapping = root.mapping else {
                let problem = "expected lines of the form `key: value`"
                faults = [ConfigurationFault(key: "--config", source: path, problem: problem)]
                return
            }
            for (key, value) in mapping { read(key, value, path: path) }
        } catch {
            let problem = "is not valid YAML: \(Self.explain(error))"
            faults = [ConfigurationFault(key: "--config", source: path, problem: problem)]
        }
    }

    /// The parser's own message quotes the lines around the fault, and those may hold a secret.
    private static func explain(_ error: any Error) -> String {
        switch error as? YamlError {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            "\(problem), line \(mark.line)"
        case .duplicatedKeysInMapping(let keys, let context):
            "\(keys.sorted().joined(separator: ", ")) stands there twice, line \(context.mark.line)"
        case .reader(let problem, _, _, _): problem
        default: "it cannot be read"
        }
    }

    private mutating func read(_ keyNode: Node, _ node: Node, path: String) {
        let source = keyNode.mark.map { "\(path) line \($0.line)" } ?? path
        let name = keyNode.scalar?.string ?? "a key that is not a word"
        guard let key = ConfigurationKey.named(name) else {
            faults.append(.unknown(name, source, known: ConfigurationKey.all.map(\.name)))
            return
        }
        do {
            values[name] = Value(text: try Self.text(of: node, for: key), source: source)
        } catch {
            faults.append(ConfigurationFault(key: name, source: source, problem: "expected \(error.expected)"))
        }
    }

    private struct Misshapen: Error { let expected: String }

    private static func text(of node: Node, for key: ConfigurationKey) throws(Misshapen) -> String {
        if key == .roles {
            guard node.mapping != nil, let text = try? Yams.serialize(node: node) else {
                throw Misshapen(expected: ValueFormat.roles.expected)
            }
            return text
        }
        if let sequence = node.sequence {
            guard key.isList else { throw Misshapen(expected: "one value, not a list") }
            var parts: [String] = []
            for element in sequence {
                guard let part = element.scalar?.string, !part.contains(",") else {
                    throw Misshapen(expected: "a list of plain values")
                }
                parts.append(part)
            }
            return parts.joined(separator: ",")
        }
        guard let scalar = node.scalar else { throw Misshapen(expected: "one value, not a mapping") }
        return node.null == nil ? scalar.string : ""
    }
}
