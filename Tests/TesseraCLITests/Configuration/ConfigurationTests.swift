import ArgumentParser
import Passwords
import TesseraCore
import Testing

@testable import TesseraCLI

@Suite struct ConfigurationTests {
    private func read(
        flags: [String: String] = [:],
        environment: [String: String] = [:],
        yaml: String = ""
    ) throws(ConfigurationFaults) -> ServerConfiguration {
        let file = ConfigurationFile(parsing: Array(yaml.utf8), path: "tessera.yaml")
        let sources = ConfigurationSources(flags: flags, environment: environment, contents: file)
        return try ServerConfiguration(sources, terminal: false)
    }

    private func faults(
        flags: [String: String] = [:],
        environment: [String: String] = [:],
        yaml: String = ""
    ) -> [String] {
        do throws(ConfigurationFaults) {
            _ = try read(flags: flags, environment: environment, yaml: yaml)
            return []
        } catch {
            return error.faults.map(\.description)
        }
    }

    @Test func `without any configuration the defaults of the manual hold`() throws {
        let configuration = try read()
        let shown = Dictionary(uniqueKeysWithValues: configuration.entries.map { ($0.key.name, $0.value) })
        #expect(
            shown == [
                "issuer": "http://127.0.0.1:8080", "allow_insecure_issuer": "false", "listen": "127.0.0.1:8080",
                "tls_certificate": nil, "tls_private_key": nil, "trusted_proxies": nil, "hosts": nil,
                "allowed_origins": nil, "operations_listen": nil, "database": "sqlite:tessera-data/tessera.sqlite",
                "database_direct": nil, "data_directory": "tessera-data", "master_key": nil,
                "signing_algorithm": "ES256",
                "signing_secret": nil, "signing_key_lifetime": "90d", "access_token_lifetime": "30m",
                "refresh_token_lifetime": "14d", "session_lifetime": "90d", "refresh_grace_period": "30s",
                "default_audience": "http://127.0.0.1:8080", "password_grant": "first_party",
                "login_attempts_per_account": "10", "login_attempts_per_address": "100", "registration": "closed",
                "password_minimum_length": "12", "roles": #"{"admin":["*"]}"#, "shutdown_delay": "0s",
                "otlp_endpoint": nil, "trace_ratio": "1",
                "log_format": "json", "log_level": "info",
            ]
        )
        #expect(configuration.entries.allSatisfy { $0.source == "default" })
        #expect(configuration.entries.map(\.key) == ConfigurationKey.all)
    }

    @Test func `a flag stands over the environment over the file over the default`() throws {
        let yaml = "access_token_lifetime: 1m\nsession_lifetime: 1d\nrefresh_token_lifetime: 1h\n"
        let environment = ["TESSERA_ACCESS_TOKEN_LIFETIME": "2m", "TESSERA_SESSION_LIFETIME": "2d"]
        let configuration = try read(flags: ["access_token_lifetime": "3m"], environment: environment, yaml: yaml)
        #expect(configuration.accessTokenLifetime == .seconds(180))
        #expect(configuration.sessionLifetime == .seconds(172_800))
        #expect(configuration.refreshTokenLifetime == .seconds(3_600))
        let sources = Dictionary(uniqueKeysWithValues: configuration.entries.map { ($0.key.name, $0.source) })
        #expect(sources["access_token_lifetime"] == "flag --access-token-lifetime")
        #expect(sources["session_lifetime"] == "environment TESSERA_SESSION_LIFETIME")
        #expect(sources["refresh_token_lifetime"] == "tessera.yaml line 3")
        #expect(sources["refresh_grace_period"] == "default")
    }

    @Test(arguments: [
        ("access_token_lifetime", "0s", "from 1s to 1d"), ("access_token_lifetime", "25h", "from 1s to 1d"),
        ("access_token_lifetime", "30", "a duration such as 30s, 15m, 12h or 14d"),
        ("refresh_grace_period", "6m", "from 0s to 5m"), ("issuer", "http://id.example", "https URL"),
        ("issuer", "https://id.example/?a", "https URL"), ("issuer", "https://u:p@id.example", "https URL"),
        ("issuer", "id.example", "https URL"), ("listen", "8080", "an address and a port"),
        ("listen", "127.0.0.1:65536", "an address and a port"), ("listen", "::1:8080", "an address and a port"),
        ("signing_algorithm", "none", "one of ES256, Ed25519"), ("signing_algorithm", "es256", "one of ES256"),
        ("password_grant", "on", "one of first_party, off"), ("registration", "yes", "one of closed, open"),
        ("password_minimum_length", "7", "from 8 to 64"), ("login_attempts_per_account", "0", "from 1 to"),
        ("login_attempts_per_account", "-1", "from 1 to"), ("trusted_proxies", "10.0.0.0/33", "a network"),
        ("trusted_proxies", "proxy", "a network"), ("allowed_origins", "https://a.example/", "an origin"),
        ("allowed_origins", "*", "an origin"), ("hosts", "a b", "a host"), ("database", "mysql:x", "sqlite:PATH"),
        ("log_level", "loud", "one of trace, debug"), ("log_format", "xml", "one of text, json"),
        ("allow_insecure_issuer", "yes", "true or false"), ("roles", "admin", "a mapping of roles"),
        ("roles", "{editor: ['a b']}", "a mapping of roles"), ("data_directory", "", "the path of a directory"),
        ("shutdown_delay", "-1s", "from 0s to 10m"),
        ("otlp_endpoint", "localhost:4318", "such as http://127.0.0.1:4318"), ("trace_ratio", "1.5", "from 0 to 1"),
        ("trace_ratio", "nan", "from 0 to 1"),
    ])
    func `a bad value names its key, what was expected, and where it stands`(
        key: String,
        value: String,
        expected: String
    ) {
        for (source, found) in [
            ("flag --\(key.replacing("_", with: "-"))", faults(flags: [key: value])),
            ("environment TESSERA_\(key.uppercased())", faults(environment: ["TESSERA_\(key.uppercased())": value])),
        ] {
            #expect(found.count == 1)
            #expect(found.first?.hasPrefix("\(key) (\(source)): expected ") == true, "\(found)")
            #expect(found.first?.contains(expected) == true, "\(found)")
        }
    }

    @Test(arguments: [
        (
            "acess_token_lifetime: 1m",
            "acess_token_lifetime (tessera.yaml line 1): unknown key; did you mean access_token_lifetime?"
        ),
        (
            "listen: 127.0.0.1:1\nlog-level: info",
            "log-level (tessera.yaml line 2): unknown key; did you mean log_level?"
        ),
        ("zebra: 1", "zebra (tessera.yaml line 1): unknown key; `tessera config` lists all keys"),
        ("issuer: [https://a.example]", "issuer (tessera.yaml line 1): expected one value, not a list"),
        ("issuer: {a: b}", "issuer (tessera.yaml line 1): expected one value, not a mapping"),
        ("roles: admin", "roles (tessera.yaml line 1): expected a mapping of roles to lists of scopes"),
        ("listen", "--config (tessera.yaml): expected lines of the form `key: value`"),
    ])
    func `a fault in the file names the key and the line`(yaml: String, expected: String) {
        let found = faults(yaml: yaml)
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix(expected) == true, "\(found)")
    }

    @Test func `a key that stands twice in the file is a fault`() {
        let found = faults(yaml: "listen: 127.0.0.1:1\nlisten: 127.0.0.1:2\n")
        #expect(found.count == 1)
        #expect(found.first?.contains("listen stands there twice") == true, "\(found)")
    }

    @Test func `what is wrong with the file is said without quoting it`() {
        let found = faults(yaml: "listen: 127.0.0.1:1\nsigning_secret: \"hunter2\nissuer: }")
        #expect(found.count == 1)
        #expect(found.first?.contains("not valid YAML") == true, "\(found)")
        #expect(found.first?.contains("hunter2") == false, "\(found)")
    }

    @Test func `the operators' address is another one`() {
        let found = faults(yaml: "operations_listen: 127.0.0.1:8080")
        #expect(found.first?.contains("the same as listen") == true, "\(found)")
    }

    @Test func `YAML's own words for false mean nothing else`() throws {
        #expect(try read(yaml: "password_grant: off").passwordGrant == .off)
        #expect(faults(yaml: "allow_insecure_issuer: no").count == 1)
    }

    @Test func `everything that is wrong is said at once`() {
        let found = faults(environment: ["TESSERA_LISTEN": "x"], yaml: "nonsense: 1\nregistration: maybe\n")
        #expect(found.count == 3, "\(found)")
    }

    @Test func `lists come as YAML lists, or separated by commas`() throws {
        let yaml = "trusted_proxies:\n  - 10.0.0.0/8\n  - fd00::/8\nhosts: id.example, id.example:8443, [::1]:80\n"
        let configuration = try read(
            environment: ["TESSERA_ALLOWED_ORIGINS": "https://a.example,http://localhost:3000"],
            yaml: yaml
        )
        #expect(configuration.trustedProxies.map(\.description) == ["10.0.0.0/8", "fd00::/8"])
        #expect(configuration.hosts == ["id.example", "id.example:8443", "[::1]:80"])
        #expect(configuration.allowedOrigins == ["https://a.example", "http://localhost:3000"])
    }

    @Test func `roles are read, and what the file gives to admin is added`() throws {
        let yaml = "roles:\n  admin: [extra]\n  editor: [posts:read, posts:write]\n  reader: posts:read\n"
        let table = try read(yaml: yaml).roles.scopes
        #expect(
            table == ["admin": ["*", "extra"], "editor": ["posts:read", "posts:write"], "reader": ["posts:read"]]
        )
    }

    @Test func `the database follows the data directory`() throws {
        #expect(try read(flags: ["data_directory": "/srv/t"]).database == .sqlite(path: "/srv/t/tessera.sqlite"))
        #expect(try read(yaml: "database: sqlite:x.db").database == .sqlite(path: "x.db"))
    }

    @Test func `an insecure issuer needs its switch, loopback does not`() throws {
        #expect(try read(yaml: "issuer: http://[::1]:9000").issuer == "http://[::1]:9000")
        #expect(try read(yaml: "issuer: http://localhost:9000").issuer == "http://localhost:9000")
        let insecure = "issuer: http://nas.home:8080\nallow_insecure_issuer: true\n"
        #expect(try read(yaml: insecure).issuer == "http://nas.home:8080")
        #expect(try read(yaml: insecure).defaultAudience == "http://nas.home:8080")
    }

    @Test func `EdDSA is Ed25519's old name`() throws {
        #expect(try read(yaml: "signing_algorithm: EdDSA").signingAlgorithm == .ed25519)
    }

    @Test func `HS256 needs a secret of at least 32 bytes`() throws {
        #expect(faults(yaml: "signing_algorithm: HS256").first?.contains("TESSERA_SIGNING_SECRET") == true)
        let short = faults(environment: ["TESSERA_SIGNING_SECRET": "short-secret"], yaml: "signing_algorithm: HS256")
        #expect(short.count == 1)
        #expect(short.first?.contains("at least 32 bytes") == true, "\(short)")
        #expect(short.first?.contains("short-secret") == false)
        let secret = String(repeating: "s", count: 32)
        let configuration = try read(environment: ["TESSERA_SIGNING_SECRET": secret], yaml: "signing_algorithm: HS256")
        #expect(configuration.signingSecret?.utf8 == Array(secret.utf8))
    }

    @Test func `secrets are masked wherever they are shown`() throws {
        let environment = ["TESSERA_MASTER_KEY": String(repeating: "A", count: 43)]
        let configuration = try read(environment: environment)
        #expect(configuration.entries.first { $0.key == .masterKey }?.value == "********")
    }

    @Test func `a secret comes from a file that the environment names`() throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write(String(repeating: "s", count: 40) + "\n", to: "secret")
        let environment = ["TESSERA_SIGNING_SECRET_FILE": path, "TESSERA_SIGNING_ALGORITHM": "HS256"]
        let configuration = try read(environment: environment)
        #expect(configuration.signingSecret?.byteCount == 40)
        let source = configuration.entries.first { $0.key == .signingSecret }?.source
        #expect(source == "environment TESSERA_SIGNING_SECRET_FILE → \(path)")
    }

    @Test func `a secret's file that is missing, or set beside the secret, is a fault`() {
        let missing = faults(environment: ["TESSERA_MASTER_KEY_FILE": "/nonexistent/key"])
        #expect(missing.first?.contains("master_key") == true)
        #expect(missing.first?.contains("No such file") == true, "\(missing)")
        let both = faults(environment: ["TESSERA_MASTER_KEY_FILE": "/nonexistent/key", "TESSERA_MASTER_KEY": "x"])
        #expect(both.contains { $0.contains("is set too") }, "\(both)")
    }

    @Test func `a database URL with a password is refused as a flag and masked elsewhere`() throws {
        let url = "postgresql://tessera:hunter2@db.example/tessera"
        let found = faults(flags: ["database": url])
        #expect(found.first?.contains("TESSERA_DATABASE") == true)
        #expect(found.first?.contains("hunter2") == false)
        let entry = try read(environment: ["TESSERA_DATABASE": url]).entries.first { $0.key == .database }
        #expect(entry?.value?.contains("hunter2") == false)
        #expect(faults(flags: ["database": "postgresql://tessera@db.example/tessera"]).isEmpty)
    }

    @Test func `an unknown variable of ours is a warning only`() throws {
        let configuration = try read(environment: ["TESSERA_SERVICE_HOST": "10.0.0.1", "TESSERA_LOGLEVEL": "debug"])
        #expect(configuration.warnings.count == 2)
        #expect(
            configuration.warnings.first
                == "the environment variable TESSERA_LOGLEVEL is unknown and ignored; did you mean TESSERA_LOG_LEVEL?"
        )
    }

    @Test func `one of certificate and key without the other is a fault`() {
        #expect(faults(yaml: "tls_certificate: c.pem").first?.contains("tls_private_key") == true)
        let pair = "tls_certificate: c.pem\ntls_private_key: k.pem"
        #expect(faults(yaml: pair).isEmpty)
        #expect(faults(yaml: pair + "\nissuer: http://127.0.0.1:8080").first?.contains("https://") == true)
    }

    @Test func `every key that is no secret has a flag, and no secret has one`() throws {
        let help = Tessera.helpMessage(for: ConfigCommand.self, columns: 200)
        for key in ConfigurationKey.all {
            #expect(help.contains("\(key.flag) ") != key.isSecret || key == .allowInsecureIssuer, "\(key.name)")
        }
        #expect(help.contains("--allow-insecure-issuer"))
    }
}
