#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What the operating system answered when a call failed.
struct SystemError: Error, Equatable {
    let number: Int32

    /// The error of the call that has just failed on this thread.
    static var last: SystemError { SystemError(number: errno) }

    /// There is no file of that name.
    static let noSuchFile = SystemError(number: ENOENT)

    /// The system's own words, such as "No such file or directory".
    var description: String {
        guard let text = strerror(number) else { return "error \(number)" }
        return String(cString: text)
    }
}
