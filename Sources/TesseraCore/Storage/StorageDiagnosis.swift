/// What a database says of itself when it is asked how it is.
public struct StorageDiagnosis: Codable, Sendable, Hashable {
    /// The engine: `sqlite` or `postgresql`.
    public let engine: String
    /// The engine's version.
    public let version: String
    /// The settings that decide whether a commit survives a power cut, by the engine's own names.
    public let settings: [String: String]
    /// What its own check of its files found wrong; nil where it was not asked to check.
    public let damages: [String]?

    /// Makes a diagnosis.
    public init(engine: String, version: String, settings: [String: String], damages: [String]?) {
        self.engine = engine
        self.version = version
        self.settings = settings
        self.damages = damages
    }
}
