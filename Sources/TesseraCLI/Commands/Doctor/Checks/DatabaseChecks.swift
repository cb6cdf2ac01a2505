import TesseraCore

/// Whether the database can be opened and asked.
struct DatabaseCheck: DoctorCheck {
    static let name = "database"

    func findings(_ patient: Patient) -> [Finding] {
        guard let diagnosis = patient.diagnosis else { return [] }
        switch diagnosis {
        case .success(let diagnosis):
            return [.ok(name, "\(diagnosis.storage.engine) \(diagnosis.storage.version) answers")]
        case .failure(let failure):
            return [
                .fault(
                    name,
                    failure.message,
                    mend: "see docs/operations.md, “The database is damaged”"
                )
            ]
        }
    }
}

/// Whether the database finds its own pages in order.
struct IntegrityCheck: DoctorCheck {
    static let name = "integrity"

    func findings(_ patient: Patient) -> [Finding] {
        guard let damages = patient.storage?.damages else { return [] }
        guard let first = damages.first else { return [.ok(name, "the database finds its pages in order")] }
        return [
            .fault(
                name,
                "the database is damaged: \(first)\(damages.count > 1 ? ", and more" : "")",
                mend: "tessera restore FILE  # with the server stopped; docs/operations.md, “The database is damaged”"
            )
        ]
    }
}

/// Whether what was acknowledged survives a power cut.
struct DurabilityCheck: DoctorCheck {
    static let name = "durability"

    func findings(_ patient: Patient) -> [Finding] {
        guard let storage = patient.storage, !storage.settings.isEmpty else { return [] }
        let weak = storage.settings.filter { Self.weak[$0.key]?.contains($0.value) == true }
        guard weak.isEmpty else {
            let list = weak.sorted { $0.key < $1.key }.map { "\($0.key) = \($0.value)" }.joined(separator: ", ")
            return [
                .fault(
                    name,
                    "an acknowledged log-out can be lost in a power cut: \(list)",
                    mend: storage.engine == "sqlite"
                        ? "restart the server with the released binary, which sets them itself"
                        : "set \(weak.keys.sorted().joined(separator: ", ")) to on, on the database server"
                )
            ]
        }
        let list = storage.settings.sorted { $0.key < $1.key }.map { "\($0.key) = \($0.value)" }
        return [.ok(name, "commits are durable: \(list.joined(separator: ", "))")]
    }

    /// What does not hold, by setting.
    private static let weak: [String: Set<String>] = [
        "synchronous": ["0", "1"], "journal_mode": ["off", "memory"],
        "synchronous_commit": ["off"], "fsync": ["off"], "full_page_writes": ["off"],
    ]
}

/// Whether SQLite is older than the one that mends its WAL.
struct SQLiteVersionCheck: DoctorCheck {
    static let name = "sqlite-version"
    private static let mended = [3, 51, 3]

    func findings(_ patient: Patient) -> [Finding] {
        guard let storage = patient.storage, storage.engine == "sqlite" else { return [] }
        let numbers = storage.version.split(separator: ".").map { Int($0) ?? 0 }
        guard numbers.lexicographicallyPrecedes(Self.mended) else { return [.ok(name, "SQLite \(storage.version)")] }
        return [
            .note(
                name,
                "SQLite \(storage.version) is older than 3.51.3, which mends a WAL that two writers can damage; this "
                    + "server has one writer, so leave its files to it alone (no sqlite3 beside it)",
                mend: "apt-get upgrade libsqlite3-0  # once your system has a newer one"
            )
        ]
    }
}

/// Whether the server believes its clock.
struct ClockDoubtCheck: DoctorCheck {
    static let name = "clock-doubt"

    func findings(_ patient: Patient) -> [Finding] {
        guard case .success(let diagnosis) = patient.diagnosis else { return [] }
        guard let doubt = diagnosis.clockDoubt else { return [.ok(name, "the server believes its clock")] }
        return [.fault(name, doubt, mend: "timedatectl set-ntp true; or once: tessera serve --accept-clock")]
    }
}

extension Patient {
    /// What the database says of itself.
    var storage: StorageDiagnosis? {
        guard case .success(let diagnosis) = diagnosis else { return nil }
        return diagnosis.storage
    }
}
