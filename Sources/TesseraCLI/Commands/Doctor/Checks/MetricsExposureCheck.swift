/// Whether strangers can read how busy the server is.
struct MetricsExposureCheck: DoctorCheck {
    static let name = "metrics"

    func findings(_ patient: Patient) -> [Finding] {
        guard let address = patient.address, !address.isLoopback, let metrics = patient.view?.metrics else { return [] }
        guard case .success(let page) = metrics, page.status == 200 else {
            return [.ok(name, "strangers cannot read the metrics")]
        }
        return [
            .warning(
                name,
                "\(page.url) shows everybody how busy the server is",
                mend: "operations_listen: 127.0.0.1:9090"
            )
        ]
    }
}
