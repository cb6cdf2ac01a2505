/// Whether anybody but their owner can get at the embedded files.
struct FileModesCheck: DoctorCheck {
    static let name = "file-modes"

    func findings(_ patient: Patient) -> [Finding] {
        guard let files = patient.files else { return [] }
        var findings: [Finding] = []
        let directory = files.directory
        if directory.isExposed {
            let path = DataDirectory.absolute(directory.path)
            findings.append(
                .fault(name, "others can get into \(path) (mode \(directory.octal))", mend: "chmod 700 \(path)")
            )
        }
        for file in files.files where file.isExposed {
            let path = DataDirectory.absolute(file.path)
            let message = "others can get at \(path) (mode \(file.octal))"
            // Where nobody gets into the directory, nobody gets at its files; the key may be copied out of it.
            let isHarm = directory.isExposed || file.path.hasSuffix("/master.key")
            let mend = "chmod 600 \(path)"
            findings.append(isHarm ? .fault(name, message, mend: mend) : .warning(name, message, mend: mend))
        }
        return findings.isEmpty ? [.ok(name, "the data directory is its owner's alone")] : findings
    }
}
