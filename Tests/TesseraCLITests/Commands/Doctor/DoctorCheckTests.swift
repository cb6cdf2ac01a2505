import Foundation
import JOSE
import TesseraCore
import Testing

@testable import TesseraCLI

/// The checks on what a fake server showed, or on what cannot be planted in a real one.
@Suite struct DoctorCheckTests {
    private static let now = Timestamp(seconds: 1_900_000_000)
    private static let url = "https://id.example"

    private func page(
        _ body: String,
        headers: [String: String] = ["cache-control": "public, max-age=300", "etag": "\"a\""],
        status: Int = 200,
        path: String = "/.well-known/openid-configuration"
    ) -> Page {
        Page(
            url: Self.url + path,
            status: status,
            headers: headers,
            body: Array(body.utf8),
            askedAt: Self.now,
            answeredAt: Self.now.adding(.milliseconds(20))
        )
    }

    private func patient(metadata headers: [String: String]? = nil, keys: String? = nil) -> Patient {
        var patient = Patient(url: Self.url, now: Self.now)
        let metadata = #"{"issuer":"https://id.example","jwks_uri":"https://id.example/.well-known/jwks.json"}"#
        let usual = ["cache-control": "public, max-age=300", "etag": "\"a\""]
        var view = PublicView(metadata: .success(page(metadata, headers: headers ?? usual)))
        if let keys { view.keySet = .success(page(keys, path: "/.well-known/jwks.json")) }
        patient.view = view
        return patient
    }

    private func configuration(_ flags: [String: String] = [:]) throws -> ServerConfiguration {
        try ServerConfiguration(ConfigurationSources(flags: flags, environment: [:], file: nil), terminal: false)
    }

    private func diagnosis(
        settings: [String: String] = ["synchronous": "2", "journal_mode": "wal"],
        version: String = "3.51.3",
        backup: Timestamp? = nil,
        doubt: String? = nil,
        damages: [String]? = []
    ) -> Diagnosis {
        Diagnosis(
            storage: StorageDiagnosis(engine: "sqlite", version: version, settings: settings, damages: damages),
            signingKeys: [],
            latestBackup: backup,
            clockDoubt: doubt
        )
    }

    private func level(_ check: some DoctorCheck, _ patient: Patient) -> Finding.Level? {
        check.findings(patient).first?.level
    }

    @Test(arguments: [
        (
            "{\"keys\":[{\"kty\":\"EC\",\"kid\":\"a\",\"alg\":\"ES256\",\"x\":\"x\",\"y\":\"y\",\"d\":\"d\"}]}",
            Finding.Level.fault
        ),
        ("{\"keys\":[{\"kty\":\"oct\",\"kid\":\"a\",\"alg\":\"HS256\",\"k\":\"k\"}]}", .fault),
        (
            "{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"a\",\"alg\":\"RS256\",\"n\":\"n\",\"e\":\"AQAB\",\"dp\":\"x\"}]}",
            .fault
        ),
        ("{\"keys\":[{\"kty\":\"EC\",\"kid\":\"a\",\"alg\":\"ES256\",\"x\":\"x\",\"y\":\"y\"}]}", .ok),
    ])
    func `a private member in the key set is a fault`(keys: String, expected: Finding.Level) {
        #expect(level(KeyPrivacyCheck(), patient(keys: keys)) == expected)
    }

    @Test(arguments: [
        ([:], Finding.Level.warning), (["cache-control": "no-store"], .warning),
        (["cache-control": "public, max-age=86400", "etag": "\"a\""], .fault),
        (["cache-control": "public, max-age=300"], .note),
        (["cache-control": "public, max-age=300", "etag": "\"a\""], .ok),
    ])
    func `cache headers that a proxy changed are found`(headers: [String: String], expected: Finding.Level) {
        #expect(level(CacheCheck(), patient(metadata: headers)) == expected)
    }

    @Test(arguments: [(0, Finding.Level.ok), (2, .ok), (10, .warning), (-10, .warning), (600, .fault), (-600, .fault)])
    func `a clock that is elsewhere is found`(seconds: Int, expected: Finding.Level) {
        let date = Date(timeIntervalSince1970: TimeInterval(1_900_000_000 + seconds))
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(identifier: "GMT")
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        #expect(level(ClockCheck(), patient(metadata: ["date": formatter.string(from: date)])) == expected)
    }

    @Test func `a date that cannot be read, or is not there, is a note`() {
        for headers in [[:], ["date": "yesterday"], ["date": "Sun, 06 Nov 1994 08:49:37 CET"]] {
            #expect(level(ClockCheck(), patient(metadata: headers)) == .note)
        }
        #expect(ClockCheck.seconds("Sun, 06 Nov 1994 08:49:37 GMT") == 784_111_777)
    }

    @Test(arguments: [(-1, Finding.Level.fault), (5, .warning), (60, .ok)])
    func `a certificate's days are counted`(days: Int, expected: Finding.Level) {
        var patient = patient()
        patient.view?.certificate = PeerCertificate(
            validFrom: Self.now.adding(.days(-90)),
            expiresAt: Self.now.adding(.days(days))
        )
        #expect(level(CertificateCheck(), patient) == expected)
    }

    @Test func `plain HTTP that answers is a warning, and one that sends on is not`() {
        var patient = patient()
        patient.view?.plain = .success(page("{}"))
        #expect(level(PlainHTTPCheck(), patient) == .warning)
        patient.view?.plain = .success(page("", headers: ["location": "https://id.example/"], status: 301))
        #expect(level(PlainHTTPCheck(), patient) == .ok)
        patient.view?.plain = .failure(NoAnswer(reason: "Connection refused"))
        #expect(level(PlainHTTPCheck(), patient) == .ok)
    }

    @Test(arguments: [(nil, Finding.Level.warning), ("max-age=300", .warning), ("max-age=31536000", .ok)])
    func `browsers must be told to come by HTTPS`(value: String?, expected: Finding.Level) {
        #expect(
            level(
                StrictTransportCheck(),
                patient(metadata: ["strict-transport-security": value].compactMapValues(\.self))
            ) == expected
        )
    }

    @Test func `metrics that strangers can read are a warning`() {
        var patient = patient()
        patient.view?.metrics = .success(page("# HELP"))
        #expect(level(MetricsExposureCheck(), patient) == .warning)
        patient.view?.metrics = .success(page("", status: 404))
        #expect(level(MetricsExposureCheck(), patient) == .ok)
    }

    @Test func `a feed that a proxy caches or hides is a fault`() {
        var patient = patient()
        patient.view?.feed = .success(page("a.b.c", headers: ["cache-control": "public, max-age=60"]))
        #expect(level(FeedCheck(), patient) == .fault)
        patient.view?.feed = .success(page("", status: 404))
        #expect(level(FeedCheck(), patient) == .fault)
        patient.view?.feed = .success(page("a.b.c", headers: ["cache-control": "no-store"]))
        #expect(level(FeedCheck(), patient) == .ok)
    }

    @Test func `a proxy before the server without trusted_proxies is a warning`() throws {
        var patient = patient(metadata: ["server": "nginx"])
        patient.configuration = try configuration(["issuer": Self.url])
        #expect(level(ProxyCheck(), patient) == .warning)
        patient.configuration = try configuration(["issuer": Self.url, "trusted_proxies": "10.0.0.0/8"])
        #expect(level(ProxyCheck(), patient) == .ok)
        patient.view?.ignoredForwards = 4
        #expect(level(ProxyCheck(), patient) == .fault)
    }

    @Test func `commits that are not durable are a fault`() {
        var patient = Patient(url: Self.url, now: Self.now)
        for (settings, expected) in [
            (["synchronous": "1", "journal_mode": "wal"], Finding.Level.fault),
            (["synchronous": "2", "journal_mode": "memory"], .fault), (["synchronous_commit": "off"], .fault),
            (["synchronous": "2", "journal_mode": "wal"], .ok),
        ] {
            patient.diagnosis = .success(diagnosis(settings: settings))
            #expect(level(DurabilityCheck(), patient) == expected, "\(settings)")
        }
    }

    @Test func `damage, an old SQLite and a clock in doubt are found`() {
        var patient = Patient(url: Self.url, now: Self.now)
        patient.diagnosis = .success(
            diagnosis(version: "3.40.1", doubt: "the clock is behind", damages: ["row 3 missing"])
        )
        #expect(level(IntegrityCheck(), patient) == .fault)
        #expect(level(SQLiteVersionCheck(), patient) == .note)
        #expect(level(ClockDoubtCheck(), patient) == .fault)
        patient.diagnosis = .success(diagnosis(version: "3.52.0"))
        #expect(level(IntegrityCheck(), patient) == .ok)
        #expect(level(SQLiteVersionCheck(), patient) == .ok)
        #expect(level(ClockDoubtCheck(), patient) == .ok)
        patient.diagnosis = .failure(.failed("The master key is missing."))
        #expect(level(DatabaseCheck(), patient) == .fault)
    }

    @Test func `back-ups age`() {
        var patient = Patient(url: Self.url, now: Self.now)
        for (hours, expected) in [(nil, Finding.Level.warning), (5, .ok), (24 * 9, .warning)] {
            patient.diagnosis = .success(diagnosis(backup: hours.map { Self.now.adding(.hours(-$0)) }))
            #expect(level(BackupCheck(), patient) == expected)
        }
    }

    @Test func `a disk that fills up is found`() {
        var patient = Patient(url: Self.url, now: Self.now)
        for (free, expected) in [(50, Finding.Level.fault), (500, .warning), (90_000, .ok)] {
            patient.files = FilesView(
                directory: .init(path: "/data", mode: 0o700),
                files: [],
                hasInitialPassword: false,
                free: UInt64(free) << 20,
                capacity: 100_000 << 20
            )
            #expect(level(DiskCheck(), patient) == expected)
        }
    }

    @Test func `a signing key that was not replaced is found`() throws {
        var patient = Patient(url: Self.url, now: Self.now)
        patient.configuration = try configuration()
        patient.diagnosis = .success(diagnosis())
        #expect(level(SigningKeyCheck(), patient) == .fault)
        for (days, expected) in [(10, Finding.Level.ok), (90, .ok), (120, .warning)] {
            let from = Self.now.adding(.days(-days)).milliseconds
            let key = #"{"id":"a","algorithm":"ES256","state":"active","createdAt":\#(from),"activeFrom":\#(from)}"#
            let record = try JSONDecoder().decode(SigningKeyRecord.self, from: Data(key.utf8))
            patient.diagnosis = .success(
                Diagnosis(storage: diagnosis().storage, signingKeys: [record], latestBackup: nil, clockDoubt: nil)
            )
            #expect(level(SigningKeyCheck(), patient) == expected, "\(days)")
        }
    }

    @Test func `every check has a name of its own`() {
        let names = Examination.checks.map(\.name)
        #expect(Set(names).count == names.count)
    }
}
