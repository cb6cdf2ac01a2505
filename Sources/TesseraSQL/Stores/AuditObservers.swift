internal import Synchronization

/// Those who want to know that audit rows were written.
final class AuditObservers: Sendable {
    /// Guards the closures.
    private let observers = Mutex<[@Sendable () -> Void]>([])

    func add(_ observer: @escaping @Sendable () -> Void) {
        observers.withLock { $0.append(observer) }
    }

    func notify() {
        for observer in observers.withLock({ $0 }) { observer() }
    }
}
