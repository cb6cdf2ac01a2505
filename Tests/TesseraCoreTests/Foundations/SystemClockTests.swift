import Synchronization
import TestSupport
import Testing

@testable import TesseraCore

/// A machine whose clocks a test sets.
private final class Machine: Sendable {
    private let clocks = Mutex(SystemClock.Reading(wall: 1_800_000_000_000, monotonic: 5_000))

    var reading: SystemClock.Reading { clocks.withLock { $0 } }

    func pass(_ duration: Duration, wallSetBy step: Duration = .zero) {
        clocks.withLock {
            $0 = SystemClock.Reading(
                wall: $0.wall + duration.milliseconds + step.milliseconds,
                monotonic: $0.monotonic + duration.milliseconds
            )
        }
    }
}

struct SystemClockTests {
    private let machine = Machine()
    private let clock: SystemClock

    init() {
        let machine = machine
        clock = SystemClock { machine.reading }
    }

    @Test func `a clock that is set back revives nothing, and is in doubt beyond a minute`() {
        let before = clock.now()
        machine.pass(.seconds(1), wallSetBy: .seconds(-30))
        #expect(clock.now() == before)
        #expect(clock.doubt == nil)
        machine.pass(.seconds(1), wallSetBy: .seconds(-90))
        #expect(clock.now() == before)
        #expect(clock.doubt == .steppedBack(by: 118_000))
        machine.pass(.seconds(118))
        #expect(clock.now() == before)
        #expect(clock.doubt == nil)
        machine.pass(.seconds(5))
        #expect(clock.now() == before.adding(.seconds(5)))
    }

    @Test func `a jump ahead by more than five minutes is not believed until the clock is right again`() {
        let before = clock.now()
        machine.pass(.seconds(10), wallSetBy: .seconds(3600))
        #expect(clock.now() == before.adding(.seconds(10)))
        #expect(clock.doubt == .jumpedAhead(by: 3_600_000))
        machine.pass(.seconds(10), wallSetBy: .seconds(-3600))
        #expect(clock.now() == before.adding(.seconds(20)))
        #expect(clock.doubt == nil)
    }

    @Test func `a jump of five minutes is believed, and the next is measured from there`() {
        let before = clock.now()
        for turn in 1...3 {
            machine.pass(.zero, wallSetBy: .seconds(300))
            #expect(clock.now() == before.adding(.seconds(300 * turn)))
        }
        #expect(clock.doubt == nil)
    }

    @Test func `a start after the clock was set back goes on from the latest time stored`() async throws {
        let domain = try await TestDomain().domain
        let seen = domain.clock.now().adding(.seconds(7200))
        #expect(try await domain.storage.latestTime() == nil)
        try await domain.storage.storeLatestTime(seen, mayStepBack: false)
        #expect(try await domain.storage.latestTime() == seen)

        clock.resume(after: seen)
        #expect(clock.now() >= seen)
        #expect(clock.doubt == .steppedBack(by: 7_200_000))
    }

    @Test func `the server stores the latest time as it goes`() async throws {
        let test = try await TestDomain()
        test.clock.advance(by: .seconds(600))
        await test.domain.tick()
        #expect(try await test.domain.storage.latestTime() == test.clock.now())
    }
}
