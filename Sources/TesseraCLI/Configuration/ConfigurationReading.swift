/// One line of `tessera config`.
struct ConfigurationEntry: Equatable, Sendable {
    let key: ConfigurationKey
    /// The effective value as it may be shown; `nil` where there is none.
    let value: String?
    let source: String
}

/// Reads typed values out of the layers, and collects what is wrong instead of stopping at the first fault.
struct ConfigurationReading {
    let sources: ConfigurationSources
    private(set) var entries: [ConfigurationEntry] = []
    private(set) var faults: [ConfigurationFault]

    /// What a secret looks like wherever it is shown.
    static let mask = "********"

    init(_ sources: ConfigurationSources) {
        self.sources = sources
        faults = sources.faults
    }

    /// A value that always exists.
    ///
    /// After a fault the default stands in, so that reading can go on.
    mutating func value<Value>(_ key: ConfigurationKey, _ format: ValueFormat<Value>, default fallback: Value) -> Value
    {
        guard let found = sources.text(for: key) else {
            entries.append(ConfigurationEntry(key: key, value: format.describe(fallback), source: "default"))
            return fallback
        }
        return parse(found, key, format) ?? fallback
    }

    /// A value that need not exist; empty text is none.
    mutating func value<Value>(_ key: ConfigurationKey, _ format: ValueFormat<Value>) -> Value? {
        guard let found = sources.text(for: key), !found.text.isEmpty else {
            entries.append(ConfigurationEntry(key: key, value: nil, source: "default"))
            return nil
        }
        return parse(found, key, format)
    }

    /// Notes that values which are right by themselves do not fit together.
    mutating func fault(_ key: ConfigurationKey, _ problem: String) {
        let source = sources.text(for: key)?.source ?? "default"
        faults.append(ConfigurationFault(key: key.name, source: source, problem: problem))
    }

    private mutating func parse<Value>(
        _ found: (text: String, source: String),
        _ key: ConfigurationKey,
        _ format: ValueFormat<Value>
    ) -> Value? {
        guard let value = format.parse(found.text) else {
            let isShown = !key.isSecret && !key.isDatabase
            faults.append(
                .unexpected(
                    key.name,
                    found.source,
                    expected: format.expected,
                    received: isShown ? found.text : nil
                )
            )
            return nil
        }
        let shown = key.isSecret ? Self.mask : format.describe(value)
        entries.append(ConfigurationEntry(key: key, value: shown, source: found.source))
        return value
    }
}
