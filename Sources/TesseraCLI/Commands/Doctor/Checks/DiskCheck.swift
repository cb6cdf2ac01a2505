/// Whether there is room for what is to be written.
struct DiskCheck: DoctorCheck {
    static let name = "disk"
    private static let mebibyte: UInt64 = 1 << 20

    func findings(_ patient: Patient) -> [Finding] {
        guard let files = patient.files, files.capacity > 0 else { return [] }
        let free = files.free / Self.mebibyte
        let share = files.free / max(1, files.capacity / 100)
        let message = "\(free) MiB (\(share) %) are free for the data"
        let mend =
            "df -h \(DataDirectory.absolute(files.directory.path))  # make room, or move the data to a larger disk"
        if free < 100 { return [.fault(name, message, mend: mend)] }
        if free < 1024 || share < 5 { return [.warning(name, message, mend: mend)] }
        return [.ok(name, message)]
    }
}
