import JOSE
import Passwords
import TesseraCore

/// Gathers what there is to see, then asks every check.
struct Examination {
    /// Every check, in the order in which findings are shown.
    static let checks: [any DoctorCheck] = [
        ReachabilityCheck(), IssuerCheck(), KeySetCheck(), KeyPrivacyCheck(), CacheCheck(), FeedCheck(), ClockCheck(),
        CertificateCheck(), PlainHTTPCheck(), StrictTransportCheck(), ProxyCheck(), MetricsExposureCheck(),
        CertificateFilesCheck(), InsecureIssuerCheck(), SharedSecretCheck(), TokenLifetimeCheck(), RegistrationCheck(),
        GuessingCheck(), FileModesCheck(), InitialPasswordCheck(), DiskCheck(), DatabaseCheck(), IntegrityCheck(),
        DurabilityCheck(), SQLiteVersionCheck(), SigningKeyCheck(), BackupCheck(), ClockDoubtCheck(), HashTimeCheck(),
    ]

    let options: DataOptions
    /// The URL that was named; the configured issuer stands in.
    let url: String?
    let authority: String?
    let isQuick: Bool

    /// Looks at everything and answers what was found.
    func findings() async throws(CommandFailure) -> [Finding] {
        let configuration = try ServerConfiguration.current(flags: options.flags, file: options.config)
        let clock = MachineClock()
        var patient = Patient(url: url ?? configuration.issuer, now: clock.now())
        var notes: [Finding] = []
        if let files = FilesView(dataDirectory: configuration.dataDirectory, database: configuration.database) {
            patient.configuration = configuration
            patient.files = files
            patient.diagnosis = await diagnosis()
            patient.hashTime = Self.hashTime()
        } else {
            notes.append(
                .note(
                    "data",
                    "there is no data directory \(DataDirectory.absolute(configuration.dataDirectory)) here: only what "
                        + "everybody can see was looked at",
                    mend: "run it on the server's machine, with --config or --data-directory"
                )
            )
        }
        if url == nil, patient.files != nil, case .sqlite = configuration.database,
            !PrivateFile.exists(configuration.dataDirectory + "/tessera.sock")
        {
            notes.append(
                .note("server", "no server runs here: only its files were looked at", mend: "tessera serve")
            )
        } else {
            let visitor = try Visitor(trusting: authority, clock: clock)
            patient.view = await PublicView(of: patient, by: visitor)
            await visitor.leave()
        }
        return Self.checks.flatMap { $0.findings(patient) } + notes
    }

    private func diagnosis() async -> Result<Diagnosis, CommandFailure> {
        let checksIntegrity = !isQuick
        do throws(CommandFailure) {
            return .success(
                try await AdministrationAccess.with(options) { server throws(AdministrationError) in
                    try await server.perform(Diagnose(checksIntegrity: checksIntegrity))
                }
            )
        } catch {
            return .failure(error)
        }
    }

    /// The faster of two hashes: the first one also finds its memory.
    private static func hashTime() -> Duration? {
        let times = (0..<2).compactMap { _ -> Duration? in
            let start = ContinuousClock.now
            guard (try? PasswordHasher().hash(Password("a password of usual length"))) != nil else { return nil }
            return ContinuousClock.now - start
        }
        return times.min()
    }
}

/// The machine's clock as it is: what a server may doubt, a doctor must see.
struct MachineClock: WallClock {
    func now() -> Timestamp { Timestamp(milliseconds: CivilTime.milliseconds) }
    func monotonicMilliseconds() -> Int64 { (ContinuousClock.now - Self.origin).milliseconds }
    private static let origin = ContinuousClock.now
}

extension PublicView {
    /// Fetches all of it.
    init(of patient: Patient, by visitor: Visitor) async {
        var base = patient.url[...]
        while base.hasSuffix("/") { base = base.dropLast() }
        let before = await Self.ignoredForwards(patient, visitor)
        metadata = await visitor.get(base + "/.well-known/openid-configuration")
        guard case .success(let page) = metadata, page.status == 200, let document = page.json else {
            if patient.address?.isSecure == true, let address = patient.address {
                certificate = await visitor.certificate(of: address)
            }
            return
        }
        keySet = await visitor.get(document["jwks_uri"]?.stringValue ?? base + "/.well-known/jwks.json")
        // Another provider has no feed, and is none the worse for it.
        if let feed = document["revocation_feed_uri"]?.stringValue { self.feed = await visitor.get(feed) }
        metrics = await visitor.get(base + "/metrics")
        if let address = patient.address, address.isSecure {
            certificate = await visitor.certificate(of: address)
            plain = await visitor.get(address.plain + "/.well-known/openid-configuration")
        }
        if let before, let after = await Self.ignoredForwards(patient, visitor) { ignoredForwards = after - before }
    }

    /// How many forwarded addresses the server has ignored so far, where its metrics can be read.
    private static func ignoredForwards(_ patient: Patient, _ visitor: Visitor) async -> Int? {
        guard let configuration = patient.configuration else { return nil }
        let address = configuration.operationsBase + "/metrics"
        guard case .success(let page) = await visitor.get(address, host: configuration.nearbyHost), page.status == 200
        else { return nil }
        let name = "tessera_forwarded_addresses_ignored_total "
        let line = String(decoding: page.body, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix(name) }
        return line.flatMap { Int($0.dropFirst(name.count)) } ?? 0
    }
}

extension WebAddress {
    /// The same host by plain HTTP: at its own port where that is not the scheme's.
    fileprivate var plain: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return "http://" + name + (port.map { $0 == 443 ? "" : ":\($0)" } ?? "")
    }
}
