import CAllocationCount
import Foundation

/// A thing to measure: a name and one operation.
struct Candidate {
    let name: String
    let operation: () throws -> Void
}

/// Operations a second of several candidates: they take turns in every round, and the median round counts.
///
/// Turns in one run see the same machine; a rate from another run says little.
func compare(_ title: String, rounds: Int, seconds: Double, _ candidates: [Candidate]) throws -> [Double] {
    var rates = [[Double]](repeating: [], count: candidates.count)
    for round in 0...rounds {
        for (index, candidate) in candidates.enumerated() {
            let rate = try rate(for: seconds, candidate.operation)
            if round > 0 { rates[index].append(rate) }  // round 0 warms up
        }
    }
    let medians = rates.map { $0.sorted()[$0.count / 2] }
    print("\n\(title)")
    for (candidate, median) in zip(candidates, medians) {
        let blocks = try allocations(candidate.operation)
        print("  \(pad(candidate.name, 44)) \(pad(thousands(median), 12, left: true))/s   \(blocks) allocations")
    }
    return medians
}

/// How often an operation runs in a second.
func rate(for seconds: Double, _ operation: () throws -> Void) throws -> Double {
    let clock = ContinuousClock()
    let start = clock.now
    let deadline = start + .seconds(seconds)
    var count = 0
    repeat {
        for _ in 0..<64 { try operation() }
        count += 64
    } while clock.now < deadline
    return Double(count) / ((clock.now - start) / .seconds(1))
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
    return totals.sorted()[totals.count / 2]
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
