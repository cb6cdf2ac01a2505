import CAllocationCount
import Foundation

/// A thing to measure: a name and one operation.
enum Candidate {
    case plain(String, () throws -> Void)
    /// An operation of an actor, which is measured by the whole process's processor time.
    case waiting(String, () async throws -> Void)

    var name: String {
        switch self {
        case .plain(let name, _), .waiting(let name, _): name
        }
    }

    func rate(for seconds: Double) async throws -> Double {
        switch self {
        case .plain(_, let operation): try jose_bench.rate(for: seconds, operation)
        case .waiting(_, let operation): try await jose_bench.rate(waiting: seconds, operation)
        }
    }
}

/// Prints the operations a second of several candidates, and the first one's ratio to each other.
///
/// They take short turns in every round, so that all see the same machine; rates and ratios are the medians of the
/// rounds. A rate from another run says little.
func compare(_ title: String, rounds: Int, seconds: Double, _ candidates: [Candidate]) async throws {
    var rates = [[Double]](repeating: [], count: candidates.count)
    for round in 0...rounds {
        for (index, candidate) in candidates.enumerated() {
            let rate = try await candidate.rate(for: seconds)
            if round > 0 { rates[index].append(rate) }  // round 0 warms up
        }
    }
    print("\n\(title)")
    for (candidate, rounds) in zip(candidates, rates) {
        var line = "  \(pad(candidate.name, 40)) \(pad(thousands(median(rounds)), 10, left: true))/s"
        let ratio = median(zip(rates[0], rounds).map { $0 / $1 })
        line += String(format: "  %6.3f", ratio)
        if case .plain(_, let operation) = candidate { line += "  \(try allocations(operation)) allocations" }
        print(line)
    }
}

func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

/// How often an asynchronous operation runs in a second of the process's processor time.
func rate(waiting seconds: Double, _ operation: () async throws -> Void) async throws -> Double {
    let start = processorTime(CLOCK_PROCESS_CPUTIME_ID)
    var count = 0
    var spent = 0.0
    repeat {
        for _ in 0..<64 { try await operation() }
        count += 64
        spent = processorTime(CLOCK_PROCESS_CPUTIME_ID) - start
    } while spent < seconds
    return Double(count) / spent
}

/// The processor time that a clock has counted, in seconds.
///
/// Rates are by processor time: on a machine that does other things too they stay what they are.
func processorTime(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

/// How often an operation runs in a second of this thread's processor time.
func rate(for seconds: Double, _ operation: () throws -> Void) throws -> Double {
    let start = processorTime(CLOCK_THREAD_CPUTIME_ID)
    var count = 0
    var spent = 0.0
    repeat {
        for _ in 0..<64 { try operation() }
        count += 64
        spent = processorTime(CLOCK_THREAD_CPUTIME_ID) - start
    } while spent < seconds
    return Double(count) / spent
}

/// Heap blocks that one operation takes: the mean of a thousand.
func allocations(_ operation: () throws -> Void) throws -> String {
    for _ in 0..<100 { try operation() }
    let before = allocation_count()
    for _ in 0..<1000 { try operation() }
    return String(format: "%.1f", Double(allocation_count() - before) / 1000)
}

/// The sum of the rates of two threads that run at the same time.
func twoThreads(rounds: Int, seconds: Double, _ operations: [@Sendable () throws -> Void]) -> Double {
    var totals: [Double] = []
    for round in 0...rounds {
        let sum = Sum()
        let group = DispatchGroup()
        for operation in operations {
            group.enter()
            Thread.detachNewThread {
                sum.add((try? rate(for: seconds, operation)) ?? 0)
                group.leave()
            }
        }
        group.wait()
        if round > 0 { totals.append(sum.total) }
    }
    return median(totals)
}

/// A sum that threads add to; the lock guards it.
private final class Sum: @unchecked Sendable {
    private let lock = NSLock()
    private var value = 0.0
    var total: Double { lock.withLock { value } }
    func add(_ rate: Double) { lock.withLock { value += rate } }
}

func thousands(_ rate: Double) -> String {
    var digits = String(Int(rate))
    var groups: [String] = []
    while digits.count > 3 {
        groups.insert(String(digits.suffix(3)), at: 0)
        digits.removeLast(3)
    }
    return ([digits] + groups).joined(separator: ",")
}

func pad(_ text: String, _ width: Int, left: Bool = false) -> String {
    let space = String(repeating: " ", count: max(0, width - text.count))
    return left ? space + text : text + space
}
