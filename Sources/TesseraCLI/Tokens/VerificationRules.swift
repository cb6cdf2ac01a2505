import ArgumentParser
import JOSE

/// What a signed token must be, as the command line says it.
struct VerificationRules: ParsableArguments {
    @Option(help: "What iss must be.")
    var issuer: String?

    @Option(help: "What aud must name; of several one is enough.")
    var audience: [String] = []

    @Option(help: "What typ must be.")
    var type: String?

    @Option(help: ArgumentHelp("How far clocks may differ, up to 300s (default: 0s).", valueName: "duration"))
    var leeway: DurationArgument?

    @Option(help: ArgumentHelp("Verify as of this second since 1970 (default: now).", valueName: "epoch"))
    var at: Int64?

    /// Whether nothing is asked for.
    var isEmpty: Bool { issuer == nil && audience.isEmpty && type == nil && leeway == nil && at == nil }

    func validate() throws {
        if let leeway, leeway.duration > .seconds(300) {
            throw ValidationError("--leeway is at most 300s.")
        }
    }

    /// A verifier with the keys of a file or a URL.
    func verifier(
        keys: String,
        algorithms: [SignatureAlgorithm] = []
    ) async throws(CommandFailure) -> TokenVerifier {
        var profile = TokenProfile.any
        profile.type = type
        profile.issuer = issuer.map { .exact($0) }
        profile.audiences = audience
        profile.leeway = leeway?.duration ?? .zero
        profile.allowedAlgorithms = algorithms.isEmpty ? nil : algorithms
        let clock = at.map { moment in EpochClock { moment } } ?? .system
        let set = try await VerificationKeys.read(keys, algorithms: algorithms)
        return TokenVerifier(profile, keys: set, clock: clock)
    }
}
