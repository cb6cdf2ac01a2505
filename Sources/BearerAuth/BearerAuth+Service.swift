public import ServiceLifecycle

extension BearerAuth: Service {
    /// Fetches keys and revocations ahead of need, until the service group stops or the task is cancelled.
    ///
    /// With keys that are given it has nothing to do and waits for the end.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                for authority in shared.authorities {
                    guard let provider = authority.provider else { continue }
                    group.addTask { await provider.run() }
                    guard let follower = authority.follower else { continue }
                    group.addTask { await follower.run(with: provider) }
                }
                // Held open where no issuer is asked: a service that returns stops its group.
                group.addTask { try? await Task.sleep(for: .seconds(Int64.max / 4)) }
            }
        }
    }
}
