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
                Unmanaged<HashingWork>.fromOpaque(argument).takeRetainedValue().loop()
                return nil
            },
            argument.toOpaque()
        )
        // A process that cannot have its few threads at start cannot serve at all.
        precondition(status == 0, "no thread for hashing could be started (errno \(status))")
        pthread_detach(thread)
    }
}
