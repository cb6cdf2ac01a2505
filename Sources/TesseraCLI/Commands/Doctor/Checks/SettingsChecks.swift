import TesseraCore

/// Whether the issuer is without TLS where others can listen.
struct InsecureIssuerCheck: DoctorCheck {
    static let name = "insecure-issuer"

    func findings(_ patient: Patient) -> [Finding] {
        guard let configuration = patient.configuration, let address = WebAddress(configuration.issuer) else {
            return []
        }
        guard !address.isSecure, !address.isLoopback else {
            return [.ok(name, "the issuer is \(configuration.issuer)")]
        }
        return [
            .warning(
                name,
                "allow_insecure_issuer lets \(configuration.issuer) be without TLS: whoever is on the way reads passwords",
                mend: "issuer: https://\(address.host)  # and take allow_insecure_issuer out"
            )
        ]
    }
}

/// Whether tokens are signed with a secret that every verifier must hold.
struct SharedSecretCheck: DoctorCheck {
    static let name = "signing-algorithm"

    func findings(_ patient: Patient) -> [Finding] {
        guard let configuration = patient.configuration else { return [] }
        let algorithm = configuration.signingAlgorithm
        guard algorithm == .hs256 else { return [.ok(name, "tokens are signed with \(algorithm.rawValue)")] }
        return [
            .warning(
                name,
                "tokens are signed with HS256: every service that can verify one can also make one",
                mend: "signing_algorithm: ES256"
            )
        ]
    }
}

/// Whether strangers may make themselves accounts.
struct RegistrationCheck: DoctorCheck {
    static let name = "registration"

    func findings(_ patient: Patient) -> [Finding] {
        guard let configuration = patient.configuration else { return [] }
        guard configuration.registration == .open else { return [.ok(name, "only administrators make accounts")] }
        return [.note(name, "anybody may make an account (POST /users)", mend: "registration: closed")]
    }
}

/// Whether guessing is slowed down early enough.
struct GuessingCheck: DoctorCheck {
    static let name = "login-attempts"

    func findings(_ patient: Patient) -> [Finding] {
        guard let configuration = patient.configuration else { return [] }
        var findings: [Finding] = []
        if configuration.loginAttemptsPerAccount > 100 {
            findings.append(
                .warning(
                    name,
                    "an account takes \(configuration.loginAttemptsPerAccount) wrong passwords before delays begin",
                    mend: "login_attempts_per_account: 10"
                )
            )
        }
        if configuration.loginAttemptsPerAddress > 5_000 {
            findings.append(
                .warning(
                    name,
                    "an address may try \(configuration.loginAttemptsPerAddress) wrong passwords before delays begin",
                    mend: "login_attempts_per_address: 100"
                )
            )
        }
        if configuration.passwordMinimumLength < 12 {
            findings.append(
                .note(
                    name,
                    "passwords of \(configuration.passwordMinimumLength) characters are taken; guessing them gets cheap",
                    mend: "password_minimum_length: 12"
                )
            )
        }
        return findings.isEmpty ? [.ok(name, "guesses are delayed early, and passwords are long enough")] : findings
    }
}

/// Whether a token lives long after its reason has gone, for services that follow no revocations.
struct TokenLifetimeCheck: DoctorCheck {
    static let name = "token-lifetime"

    func findings(_ patient: Patient) -> [Finding] {
        guard let configuration = patient.configuration else { return [] }
        let minutes = configuration.accessTokenLifetime.wholeSeconds / 60
        guard minutes > 60 else { return [.ok(name, "access tokens live \(minutes) minutes")] }
        return [
            .note(
                name,
                "access tokens live \(minutes) minutes: a service that does not follow /revocations takes them as long",
                mend: "access_token_lifetime: 30m"
            )
        ]
    }
}

extension AddressPrefix {
    /// Whether it holds every address of its family.
    var isEverybody: Bool { length == 0 }
}
