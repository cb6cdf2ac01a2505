import Configuration
import Synchronization

/// The layers of the configuration, nearest first: flag, environment, a file that the environment names, the file.
struct ConfigurationSources {
    private let reader: ConfigReader
    private let record: SourceRecord
    /// What was wrong before any value was asked for.
    private(set) var faults: [ConfigurationFault]
    /// What is odd but stops nothing.
    private(set) var warnings: [String]

    private static let prefix = "tessera"
    /// Names the configuration file itself, and is no key of it.
    static let fileVariable = "TESSERA_CONFIG"

    /// Puts the layers on top of each other.
    ///
    /// - Parameters:
    ///   - flags: what the command line says, by key.
    ///   - environment: the process environment.
    ///   - path: the configuration file that `--config` names.
    init(flags: [String: String], environment: [String: String], file path: String?) {
        let file = ConfigurationFile.read(path ?? environment[Self.fileVariable])
        self.init(flags: flags, environment: environment, contents: file)
    }

    init(flags: [String: String], environment: [String: String], contents file: ConfigurationFile) {
        let named = SecretFiles(environment: environment)
        let details: [[String: String]] = [
            Dictionary(uniqueKeysWithValues: flags.keys.map { ($0, "flag " + ConfigurationKey(name: $0).flag) }),
            Dictionary(uniqueKeysWithValues: ConfigurationKey.all.map { ($0.name, "environment " + $0.variable) }),
            named.values.mapValues(\.source),
            file.values.mapValues(\.source),
        ]
        let record = SourceRecord(details: details)
        self.record = record
        reader = ConfigReader(
            providers: [
                Self.provider("flags", flags),
                EnvironmentVariablesProvider(environmentVariables: environment),
                Self.provider("files named by the environment", named.values.mapValues(\.text)),
                Self.provider("configuration file", file.values.mapValues(\.text)),
            ],
            accessReporter: record
        )
        faults = file.faults + named.faults + Self.secretFlags(in: flags)
        warnings = Self.unknownVariables(in: environment)
    }

    /// The nearest layer's text for a key, and where that stands.
    func text(for key: ConfigurationKey) -> (text: String, source: String)? {
        guard let text = reader.string(forKey: ConfigKey([Self.prefix, key.name]), isSecret: key.isSecret) else {
            return nil
        }
        return (text, record.source(of: key.name))
    }

    private static func provider(_ name: String, _ values: [String: String]) -> InMemoryProvider {
        let pairs = values.map { key, text in
            let isSecret = ConfigurationKey.named(key)?.isSecret ?? true
            return (AbsoluteConfigKey([prefix, key]), ConfigValue(.string(text), isSecret: isSecret))
        }
        return InMemoryProvider(name: name, values: Dictionary(uniqueKeysWithValues: pairs))
    }

    private static func secretFlags(in flags: [String: String]) -> [ConfigurationFault] {
        ConfigurationKey.all.filter(\.isDatabase).compactMap { key in
            guard let url = flags[key.name], DatabaseLocation.hasPassword(url) else { return nil }
            let problem =
                "a database URL with a password is a secret and has no flag: set \(key.variable), or name a file with "
                + "it in \(key.variable)\(SecretFiles.suffix)"
            return ConfigurationFault(key: key.name, source: "flag \(key.flag)", problem: problem)
        }
    }

    /// Variables that look like ours.
    ///
    /// A container platform injects its own, so they stop nothing.
    private static func unknownVariables(in environment: [String: String]) -> [String] {
        var known = Set(ConfigurationKey.all.flatMap { [$0.variable, $0.variable + SecretFiles.suffix] })
        known.insert(fileVariable)
        #if DEBUG
        known.formUnion(["TESSERA_FAULT_FILE"])
        #endif
        let unknown = environment.keys.filter { $0.hasPrefix("TESSERA_") && !known.contains($0) }
        return unknown.sorted().map { name in
            let suggestion = NearMiss.suggestion(
                for: String(name.dropFirst("TESSERA_".count)),
                among: ConfigurationKey.all.map(\.name)
            )
            let meant = suggestion.map { "; did you mean TESSERA_\($0.uppercased())?" } ?? ""
            return "the environment variable \(name) is unknown and ignored\(meant)"
        }
    }
}

/// `TESSERA_…_FILE`: values that stand in files, as container platforms hand secrets over.
private struct SecretFiles {
    static let suffix = "_FILE"

    private(set) var values: [String: ConfigurationFile.Value] = [:]
    private(set) var faults: [ConfigurationFault] = []

    init(environment: [String: String]) {
        for key in ConfigurationKey.all {
            let variable = key.variable + Self.suffix
            guard let path = environment[variable] else { continue }
            let source = "environment \(variable) → \(path)"
            if environment[key.variable] != nil {
                let problem = "\(key.variable) is set too: set one of them"
                faults.append(ConfigurationFault(key: key.name, source: source, problem: problem))
                continue
            }
            do throws(SystemError) {
                var bytes = try FileInput.read(path: path, limit: 64 * 1024)
                if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
                if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
                values[key.name] = ConfigurationFile.Value(text: String(decoding: bytes, as: UTF8.self), source: source)
            } catch {
                let problem = "the file cannot be read: \(error.description)"
                faults.append(ConfigurationFault(key: key.name, source: source, problem: problem))
            }
        }
    }
}

/// Listens to the reader to learn which layer each value came from.
private final class SourceRecord: AccessReporter {
    private let details: [[String: String]]
    /// Guards the layer of each key that was read.
    private let layers = Mutex<[String: Int]>([:])

    init(details: [[String: String]]) { self.details = details }

    func report(_ event: AccessEvent) {
        guard let key = event.metadata.key.components.last else { return }
        let layer = event.providerResults.firstIndex { (try? $0.result.get().value) != nil }
        layers.withLock { $0[key] = layer }
    }

    func source(of key: String) -> String {
        guard let layer = layers.withLock({ $0[key] }), details.indices.contains(layer) else { return "default" }
        return details[layer][key] ?? "default"
    }
}
