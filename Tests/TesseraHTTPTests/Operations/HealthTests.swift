import HTTPTypes
import HummingbirdCore
import Testing

@testable import TesseraHTTP

struct HealthTests {
    @Test func `readiness follows the storage and ends with draining`() async {
        let ready = Health { true }
        #expect(await ready.ready().status == .ok)
        ready.drain()
        #expect(await ready.ready().status == .serviceUnavailable)
        #expect(ready.live().status == .ok)
        #expect(await Health { false }.ready().status == .serviceUnavailable)
    }

    @Test func `a clock in doubt is not ready, and lives`() async throws {
        let health = Health(isClockBelieved: { false }) { true }
        #expect(await health.ready().status == .serviceUnavailable)
        #expect(health.live().status == .ok)
    }

    @Test func `a storage that hangs is not ready, and never hangs the answer`() async {
        let health = Health(patience: .milliseconds(20)) {
            try? await Task.sleep(for: .seconds(3600))
            return true
        }
        #expect(await health.ready().status == .serviceUnavailable)
        #expect(await health.ready().status == .serviceUnavailable)
        #expect(health.live().status == .ok)
    }
}
