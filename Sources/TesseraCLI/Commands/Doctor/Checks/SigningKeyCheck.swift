import TesseraCore

/// Whether one key signs, and is replaced in time.
struct SigningKeyCheck: DoctorCheck {
    static let name = "signing-key"

    func findings(_ patient: Patient) -> [Finding] {
        guard case .success(let diagnosis) = patient.diagnosis, let configuration = patient.configuration,
            configuration.signingAlgorithm != .hs256
        else { return [] }
        let active = diagnosis.signingKeys.filter { $0.state == .active }
        guard active.count == 1, let key = active.first else {
            return [
                .fault(name, "\(active.count) keys are active instead of one", mend: "tessera signing-key rotate --now")
            ]
        }
        let age = patient.now.milliseconds(since: key.activeFrom) / 86_400_000
        let lifetime = configuration.signingKeyLifetime.milliseconds / 86_400_000
        // A successor is published when the time is over, and signs a quarter of an hour later.
        guard age <= lifetime + 1 else {
            return [
                .warning(
                    name,
                    "the active key is \(age) days old and should have been replaced after \(lifetime)",
                    mend: "tessera signing-key rotate"
                )
            ]
        }
        return [.ok(name, "the active key is \(max(0, age)) days old and is replaced after \(lifetime)")]
    }
}
