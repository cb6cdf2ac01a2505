internal import Metrics

/// How many requests came with a good token, and how many were refused, by the code of the refusal.
///
/// Those without a token are not counted: whether they are refused is for the caller.
struct BearerCounters: Sendable {
    private let accepted = BearerCounters.counter("accepted")
    private let refused: [BearerFailure.Code: Counter]

    init() {
        let codes: [BearerFailure.Code] = [
            .invalidRequest, .invalidToken, .insufficientScope, .keysUnavailable,
            .revocationsUnavailable, .invalidProof, .proofsUnavailable,
        ]
        refused = Dictionary(uniqueKeysWithValues: codes.map { ($0, Self.counter($0.rawValue)) })
    }

    private static func counter(_ outcome: String) -> Counter {
        Counter(label: "bearer_auth_requests_total", dimensions: [("outcome", outcome)])
    }

    /// Counts a request whose token is good.
    func countAccepted() { accepted.increment() }

    /// Counts a refusal and hands it on.
    func counting(_ failure: BearerFailure) -> BearerFailure {
        refused[failure.code]?.increment()
        return failure
    }
}
