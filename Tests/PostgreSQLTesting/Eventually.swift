/// Asks again and again until the answer is yes; the test's time limit is the bound.
public func eventually(_ condition: () async throws -> Bool) async throws {
    // A question that is answered at once must not keep a thread from all others.
    while try await !condition() { try await Task.sleep(for: .milliseconds(10)) }
}
