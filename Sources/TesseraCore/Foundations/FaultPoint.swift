#if DEBUG
internal import Foundation
internal import Synchronization
#endif

/// A named place between two steps of a storage operation, where a test can end the process as a power cut would.
///
/// A debug build kills itself with SIGKILL at the point whose name (`rotateWritten`, say) stands in the file that
/// `TESSERA_FAULT_FILE` names, so that a test can arm a server that runs. Of several names, divided by spaces, each counts
/// once those before it were reached: `revokeEnded commitDone` is the commit of a revocation, not one that came before.
/// In a release build `reach()` is empty.
public enum FaultPoint: CaseIterable, Sendable {
    /// A rotation has been read and decided, nothing is written.
    case rotateDecided
    /// A rotation's row is written, its transaction is open.
    case rotateWritten
    /// A session is marked as ended, its revocation is not written yet.
    case revokeEnded
    /// A revocation is written, its transaction is open.
    case revokeWritten
    /// A group of writes is about to be committed.
    case commitStarting
    /// A group of writes is durable, nobody has been told.
    case commitDone
    /// A statement of a step of the schema is done, its transaction is open.
    case migrating
    /// A new master key stands beside the old one, the database is sealed under the old one.
    case masterKeyWritten
    /// The database is sealed under the new master key, which is not in its place yet.
    case masterKeyCommitted
    /// The new master key is in its place, the old one is still beside it.
    case masterKeyPlaced

    #if DEBUG
    private static let file = ProcessInfo.processInfo.environment["TESSERA_FAULT_FILE"]
    /// How many of the armed names were reached.
    private static let reached = Mutex(0)
    #endif

    /// Ends the process here if this point is armed; does nothing in a release build.
    public func reach() {
        #if DEBUG
        guard let file = Self.file, let armed = try? String(contentsOfFile: file, encoding: .utf8) else { return }
        let names = armed.split(separator: " ")
        Self.reached.withLock { reached in
            guard reached < names.count, names[reached] == "\(self)" else { return }
            reached += 1
            if reached == names.count { kill(getpid(), SIGKILL) }
        }
        #endif
    }
}
