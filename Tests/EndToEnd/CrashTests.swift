import Foundation
import Testing

/// The process is killed between two steps of a storage operation, as a power cut would, and started again.
struct CrashTests {
    @Test(arguments: [
        "rotateDecided", "rotateWritten", "rotateWritten commitStarting", "rotateWritten commitDone",
    ])
    func `a refresh killed at any point is repeated by its client and logs nobody out`(_ point: String) async throws {
        let (server, caller) = try await LifecycleTests.withUser()
        let token = try await caller.logIn("alice", LifecycleTests.password)
        try server.arm(point)
        await #expect(throws: (any Error).self) { try await caller.refresh(token["refresh_token"]) }
        #expect(await server.end() == -SIGKILL)
        server.disarm()
        try await server.start()
        let retried = try await caller.refresh(token["refresh_token"])
        #expect(retried.status == 200, "\(retried.text)")
        #expect(try await caller.refresh(retried["refresh_token"]).status == 200)
        #expect(try await caller.send("GET", "/users/me", bearer: retried["access_token"]).status == 200)
    }

    @Test(arguments: [
        ("revokeEnded", false), ("revokeWritten", false), ("revokeWritten commitStarting", false),
        ("revokeWritten commitDone", true),
    ])
    func `a revocation killed at any point holds wholly or not at all`(_ row: (point: String, holds: Bool)) async throws
    {
        let (server, caller) = try await LifecycleTests.withUser()
        let token = try await caller.logIn("alice", LifecycleTests.password)
        try server.arm(row.point)
        await #expect(throws: (any Error).self) { try await caller.form("/revoke", ["token": token["refresh_token"]]) }
        #expect(await server.end() == -SIGKILL)
        server.disarm()
        try await server.start()
        let me = try await caller.send("GET", "/users/me", bearer: token["access_token"])
        let refreshed = try await caller.refresh(token["refresh_token"])
        #expect(me.status == (row.holds ? 401 : 200))
        #expect(refreshed.status == (row.holds ? 400 : 200))
        // Its client repeats what was not acknowledged; then it holds in any case.
        _ = try await caller.form("/revoke", ["token": row.holds ? token["refresh_token"] : refreshed["refresh_token"]])
        #expect(try await caller.send("GET", "/users/me", bearer: token["access_token"]).status == 401)
    }

    @Test func `an acknowledged revocation survives a kill`() async throws {
        let (server, caller) = try await LifecycleTests.withUser()
        let token = try await caller.logIn("alice", LifecycleTests.password)
        #expect(try await caller.form("/revoke", ["token": token["refresh_token"]]).status == 200)
        #expect(await server.stop(SIGKILL) == -SIGKILL)
        try await server.start()
        #expect(try await caller.send("GET", "/users/me", bearer: token["access_token"]).status == 401)
        #expect(try await caller.refresh(token["refresh_token"]).status == 400)
    }
}
