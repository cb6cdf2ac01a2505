internal import Metrics
internal import Synchronization

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif

/// What Prometheus's own libraries say of a process, under their names.
final class ProcessGauges: Sendable {
    private let memory: any MeterHandler
    private let processor: any FloatingPointCounterHandler
    /// Guards how much of the processor's time has been counted.
    private let counted = Mutex(0.0)
    private let files: any MeterHandler
    private let mostFiles: any MeterHandler
    private let start: any MeterHandler
    /// When it was made, which is when the process began, but for the blink that a start takes.
    private let startedAt: Int64

    init(metrics: PrometheusMetrics) {
        memory = metrics.makeMeter(label: "process_resident_memory_bytes", dimensions: [])
        processor = metrics.makeFloatingPointCounter(label: "process_cpu_seconds_total", dimensions: [])
        files = metrics.makeMeter(label: "process_open_fds", dimensions: [])
        mostFiles = metrics.makeMeter(label: "process_max_fds", dimensions: [])
        start = metrics.makeMeter(label: "process_start_time_seconds", dimensions: [])
        startedAt = Int64(time(nil))
    }

    func update() {
        start.set(startedAt)
        var usage = rusage()
        #if canImport(Glibc)
        getrusage(RUSAGE_SELF.rawValue, &usage)
        #else
        getrusage(RUSAGE_SELF, &usage)
        #endif
        count(Self.seconds(usage.ru_utime) + Self.seconds(usage.ru_stime))
        if case .success(let bytes) = SmallFile.read("/proc/self/statm") {
            let pages = String(decoding: bytes, as: UTF8.self).split(separator: " ").dropFirst().first.flatMap {
                Int64($0)
            }
            if let pages { memory.set(pages &* Int64(sysconf(Int32(_SC_PAGESIZE)))) }
        }
        if let count = Self.openFiles { files.set(count) }
        var limit = rlimit()
        #if canImport(Glibc)
        let isKnown = getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0
        #else
        let isKnown = getrlimit(RLIMIT_NOFILE, &limit) == 0
        #endif
        if isKnown { mostFiles.set(Int64(clamping: limit.rlim_cur)) }
    }

    /// A counter takes what has come since.
    private func count(_ seconds: Double) {
        let more = counted.withLock { counted in
            defer { counted = max(counted, seconds) }
            return max(0, seconds - counted)
        }
        processor.increment(by: more)
    }

    private static func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }

    /// Without the one that is open for counting.
    private static var openFiles: Int64? {
        guard let stream = opendir("/proc/self/fd") else { return nil }
        defer { closedir(stream) }
        var count: Int64 = 0
        while let entry = readdir(stream) {
            // The names are numbers, but for `.` and `..`.
            if entry.pointee.d_name.0 != CChar(UInt8(ascii: ".")) { count += 1 }
        }
        return count - 1
    }
}
