import Crypto
import Passwords
import Testing

@testable import TesseraCore

/// The design's table of what a presented refresh token means, row by row.
struct RefreshDecisionTests {
    static let grace = Duration.seconds(30)
    static let start = Timestamp(seconds: 1_800_000_000)

    /// A session whose token was rotated at the given seconds; all of its tokens, the oldest first.
    static func history(rotatedAt seconds: [Int64]) -> (state: RefreshState, tokens: [RefreshToken]) {
        let derivation = SuccessorDerivation(masterKey: SymmetricKey(data: [UInt8](repeating: 7, count: 32)))
        let first = RefreshToken(
            handle: Array(0..<12),
            counter: 0,
            secret: [UInt8](repeating: 9, count: 16)
        )
        var state = RefreshState(
            handle: first.handle,
            counter: 0,
            currentDigest: first.digest,
            previousDigest: nil,
            rotatedAt: start,
            previousRotatedAt: nil,
            salt: [UInt8](repeating: 3, count: 32)
        )
        var tokens = [first]
        for second in seconds {
            guard let last = tokens.last, let next = derivation.successor(of: last, salt: state.salt) else { break }
            state = state.rotated(to: next, at: start.adding(.seconds(second)))
            tokens.append(next)
        }
        return (state, tokens)
    }

    struct Row: Sendable, CustomTestStringConvertible {
        let name: String
        let rotations: [Int64]
        /// How many rotations before the current one the presented token is.
        let age: Int
        let presentedAt: Int64
        var gracePeriod = grace
        let expected: RefreshDecision
        var testDescription: String { name }
    }

    static let rows: [Row] = [
        Row(name: "the first token", rotations: [], age: 0, presentedAt: 5, expected: .rotate),
        Row(name: "the current token long after", rotations: [10, 20], age: 0, presentedAt: 9999, expected: .rotate),
        Row(name: "the previous token at once", rotations: [10], age: 1, presentedAt: 10, expected: .repeatSuccessor),
        Row(
            name: "the previous token at the grace's end",
            rotations: [10],
            age: 1,
            presentedAt: 40,
            expected: .repeatSuccessor
        ),
        Row(name: "the previous token after the grace", rotations: [10], age: 1, presentedAt: 41, expected: .reuse),
        Row(
            name: "the previous token with no grace",
            rotations: [10],
            age: 1,
            presentedAt: 10,
            gracePeriod: .zero,
            expected: .reuse
        ),
        Row(
            name: "a straggler inside its own grace",
            rotations: [10, 20],
            age: 2,
            presentedAt: 40,
            expected: .superseded
        ),
        Row(name: "a straggler after its own grace", rotations: [10, 20], age: 2, presentedAt: 41, expected: .reuse),
        Row(
            name: "a straggler with no grace",
            rotations: [10, 20],
            age: 2,
            presentedAt: 20,
            gracePeriod: .zero,
            expected: .reuse
        ),
        Row(name: "three rotations back, at once", rotations: [10, 11, 12], age: 3, presentedAt: 12, expected: .reuse),
        Row(name: "the clock stepped back", rotations: [10], age: 1, presentedAt: 0, expected: .repeatSuccessor),
    ]

    @Test(arguments: rows)
    func `each case of the table is decided as the design says`(_ row: Row) {
        let (state, tokens) = Self.history(rotatedAt: row.rotations)
        let token = tokens[tokens.count - 1 - row.age]
        let now = Self.start.adding(.seconds(row.presentedAt))
        #expect(RefreshDecision(token, in: state, at: now, gracePeriod: row.gracePeriod) == row.expected)
    }

    @Test(arguments: [0, 1])
    func `a forged secret with a current or previous counter is refused and ends nothing`(age: Int) {
        let (state, tokens) = Self.history(rotatedAt: [10, 20])
        let real = tokens[tokens.count - 1 - age]
        let forged = RefreshToken(
            handle: real.handle,
            counter: real.counter,
            secret: [UInt8](repeating: 0, count: 16)
        )
        let now = Self.start.adding(.seconds(21))
        #expect(RefreshDecision(forged, in: state, at: now, gracePeriod: Self.grace) == .mismatch)
    }

    @Test func `a counter that was never reached is refused and ends nothing`() {
        let (state, tokens) = Self.history(rotatedAt: [10])
        let forged = RefreshToken(handle: tokens[0].handle, counter: 99, secret: [UInt8](repeating: 0, count: 16))
        #expect(
            RefreshDecision(forged, in: state, at: Self.start.adding(.seconds(11)), gracePeriod: Self.grace)
                == .mismatch
        )
    }

    @Test func `a thief who rotates every second cannot keep the owner's token inside somebody else's grace`() {
        // The owner's token is replaced by the thief at second 1, who then rotates every second.
        var decisions: [RefreshDecision] = []
        for second in Int64(2)...60 {
            let (state, tokens) = Self.history(rotatedAt: Array(1...second))
            let owners = tokens[0]
            let now = Self.start.adding(.seconds(second))
            decisions.append(RefreshDecision(owners, in: state, at: now, gracePeriod: Self.grace))
        }
        // At second 2 the owner is a straggler; from the third rotation on the theft is seen, whatever the thief does.
        #expect(decisions.first == .superseded)
        #expect(decisions.dropFirst().allSatisfy { $0 == .reuse })
    }

    @Test func `a successor is derived, so that a repeat finds the same one`() throws {
        let derivation = SuccessorDerivation(masterKey: SymmetricKey(data: [UInt8](repeating: 1, count: 32)))
        let other = SuccessorDerivation(masterKey: SymmetricKey(data: [UInt8](repeating: 2, count: 32)))
        let parent = RefreshToken(handle: Array(0..<12), counter: 4, secret: Array(0..<16))
        let salt = [UInt8](repeating: 5, count: 32)
        let first = try #require(derivation.successor(of: parent, salt: salt))
        let again = try #require(derivation.successor(of: parent, salt: salt))
        let elsewhere = try #require(other.successor(of: parent, salt: salt))
        #expect(first.digest == again.digest)
        #expect(first.digest != elsewhere.digest)
        #expect(first.counter == 5)
        #expect(
            derivation.successor(
                of: RefreshToken(handle: parent.handle, counter: .max, secret: Array(0..<16)),
                salt: salt
            ) == nil
        )
    }
}
