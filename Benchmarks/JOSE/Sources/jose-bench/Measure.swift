import CAllocationCount
import Foundation

/// How often an asynchronous operation runs in a second of the process's processor time.
func rate(waiting seconds: Double, _ operation: @Sendable () async throws -> Void) async throws -> Double {
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
