/// Whether the administrator still has the password that the first start made.
struct InitialPasswordCheck: DoctorCheck {
    static let name = "initial-password"

    func findings(_ patient: Patient) -> [Finding] {
        guard let files = patient.files else { return [] }
        guard files.hasInitialPassword else { return [.ok(name, "no first password lies in a file")] }
        return [
            .warning(
                name,
                "the administrator's first password still stands in \(DataDirectory.absolute(files.directory.path))",
                mend: "tessera user set-password admin"
            )
        ]
    }
}
