internal import Glibc

/// A thread of the operating system that runs hashing work until its end.
enum HashingThread {
    static func start(_ work: HashingWork) {
        var thread = pthread_t()
        let argument = Unmanaged.passRetained(work)
        let status = pthread_create(
            &thread,
            nil,
            { argument in
                guard let argument else { return nil }
                HashingThread.yieldToOthers()
                Unmanaged<HashingWork>.fromOpaque(argument).takeRetainedValue().loop()
                return nil
            },
            argument.toOpaque()
        )
        // A process that cannot have its few threads at start cannot serve at all.
        precondition(status == 0, "no thread for hashing could be started (errno \(status))")
        pthread_detach(thread)
    }

    /// Lets requests that need a core for a moment go before a hash that needs it for long.
    ///
    /// On Linux `nice` is a thread's own. At this value a hash still gets a tenth of a core that others want whole, so
    /// that nobody's flood of requests ends all log-ins. Where it is not allowed nothing changes.
    private static func yieldToOthers() {
        let process = __priority_which_t(PRIO_PROCESS.rawValue)
        let own = getpriority(process, 0)
        setpriority(process, 0, own + 10)
    }
}
