import TesseraCore

/// Whether there is a back-up worth the name.
struct BackupCheck: DoctorCheck {
    static let name = "backup"

    func findings(_ patient: Patient) -> [Finding] {
        guard case .success(let diagnosis) = patient.diagnosis else { return [] }
        // PostgreSQL has its own ways, which are not ours to see.
        guard diagnosis.storage.engine != "postgresql" else {
            return [
                .note(name, "back-ups of PostgreSQL are its own (pg_basebackup, WAL archive) and cannot be seen here")
            ]
        }
        let mend = "tessera backup FILE  # daily, to another disk, and master.key to a third place"
        guard let latest = diagnosis.latestBackup else {
            return [.warning(name, "there has never been a back-up", mend: mend)]
        }
        let hours = patient.now.milliseconds(since: latest) / 3_600_000
        guard hours <= 48 else {
            return [.warning(name, "the latest back-up is \(hours / 24) days old", mend: mend)]
        }
        return [.ok(name, "the latest back-up is \(max(0, hours)) hours old")]
    }
}
