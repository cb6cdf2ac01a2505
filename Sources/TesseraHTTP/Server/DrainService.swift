internal import ServiceLifecycle

/// Begins the end of the server: readiness fails first, and only after a while does the listener close.
///
/// It is the last of its group's services, which stop in reverse order.
struct DrainService: Service {
    let health: Health
    let followers: Followers
    let delay: Duration

    func run() async throws {
        try await gracefulShutdown()
        health.drain()
        // Cut short by a second signal, which is its purpose.
        try? await Task.sleep(for: delay)
        // Who waits at the feed is answered, not waited for.
        followers.end()
    }
}
