import TesseraCore

/// Whether this machine hashes passwords fast enough for its users, and not too fast for guessing.
struct HashTimeCheck: DoctorCheck {
    static let name = "password-hash"

    func findings(_ patient: Patient) -> [Finding] {
        guard let time = patient.hashTime else { return [] }
        let milliseconds = max(1, time.milliseconds)
        let rate = 1000 / milliseconds
        let message = "a password takes \(milliseconds) ms: about \(rate) log-ins a second and core"
        guard milliseconds <= 500 else {
            return [
                .warning(name, message, mend: "give the machine faster cores, or look what else keeps them busy (top)")
            ]
        }
        return [.ok(name, message)]
    }
}
