#if DEBUG
#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif
#endif

/// A named place between two steps of a storage operation, where a test can end the process as a power cut would.
///
/// A debug build kills itself with SIGKILL at the point that `TESSERA_FAULT_POINT` names (`rotateWritten`, say).
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

    #if DEBUG
    private static let chosen: String? = getenv("TESSERA_FAULT_POINT").map { String(cString: $0) }
    #endif

    /// Ends the process here if this point was chosen; does nothing in a release build.
    public func reach() {
        #if DEBUG
        if let chosen = Self.chosen, chosen == "\(self)" {
            kill(getpid(), SIGKILL)
        }
        #endif
    }
}
