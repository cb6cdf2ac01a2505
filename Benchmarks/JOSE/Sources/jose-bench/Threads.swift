import Foundation
import JOSE

/// One thread that verifies, and two at once.
struct Threads {
    private let token: [UInt8]
    private let verifiers: [TokenVerifier]

    init(_ fixture: Fixture, algorithm: String) throws {
        token = Array((fixture.algorithms[algorithm]?.token ?? "").utf8)
        // A key read twice: two verifiers that share nothing.
        verifiers = try (0..<2).compactMap { _ in
            try fixture.key(algorithm).map { TokenVerifier(fixture.profile, keys: [$0.verifyingKey]) }
        }
    }

    /// Verifications a second: of one thread, of two that share a verifier, of two with a verifier each.
    func rates(seconds: Double) throws -> [Double] {
        let work = verifiers.map { verifier -> @Sendable () throws -> Void in
            let token = Array(token)
            return { _ = try verifier.verify(token) }
        }
        guard work.count == 2 else { throw WrongAnswer() }
        return try [
            rate(for: seconds, work[0]), Self.together([work[0], work[0]], seconds), Self.together(work, seconds),
        ]
    }

    private static func together(_ work: [@Sendable () throws -> Void], _ seconds: Double) -> Double {
        let sum = Sum()
        let group = DispatchGroup()
        for operation in work {
            group.enter()
            Thread.detachNewThread {
                sum.add((try? rate(for: seconds, operation)) ?? 0)
                group.leave()
            }
        }
        group.wait()
        return sum.total
    }
}

/// A sum that threads add to; the lock guards it.
private final class Sum: @unchecked Sendable {
    private let lock = NSLock()
    private var value = 0.0
    var total: Double { lock.withLock { value } }
    func add(_ rate: Double) { lock.withLock { value += rate } }
}
