import JOSE

/// One thing that was looked at, and what came of it.
struct Finding: Sendable, Equatable {
    /// How bad it is.
    enum Level: String, Sendable, CaseIterable {
        /// As it should be.
        case ok
        /// Worth knowing.
        case note
        /// It will do harm some day.
        case warning
        /// It does harm now.
        case fault
    }

    /// What was looked at: a name that scripts may rely on.
    let check: String
    let level: Level
    /// One sentence without a full stop.
    let message: String
    /// The one line that mends it.
    let mend: String?

    static func ok(_ check: String, _ message: String) -> Finding {
        Finding(check: check, level: .ok, message: message, mend: nil)
    }

    static func note(_ check: String, _ message: String, mend: String? = nil) -> Finding {
        Finding(check: check, level: .note, message: message, mend: mend)
    }

    static func warning(_ check: String, _ message: String, mend: String) -> Finding {
        Finding(check: check, level: .warning, message: message, mend: mend)
    }

    /// A fault, told by a sentence of somebody else's too.
    static func fault(_ check: String, _ message: String, mend: String) -> Finding {
        let sentence = message.hasSuffix(".") ? String(message.dropLast()) : message
        return Finding(check: check, level: .fault, message: sentence, mend: mend)
    }

    var json: JSONValue {
        [
            "check": .string(check), "level": .string(level.rawValue), "message": .string(message),
            "mend": mend.map { .string($0) } ?? .null,
        ]
    }
}

/// One question to a set-up, answered from what was gathered; a new one is one such type, listed in `Examination`.
protocol DoctorCheck: Sendable {
    /// The name its findings carry.
    static var name: String { get }
    /// What comes of it; nothing where there was nothing to look at.
    func findings(_ patient: Patient) -> [Finding]
}

extension DoctorCheck {
    var name: String { Self.name }
}
