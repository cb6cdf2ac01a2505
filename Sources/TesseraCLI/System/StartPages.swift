import Foundation

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Code that only the start needed, given back to the system.
enum StartPages {
    /// Lets go of the program's code, of which the system brings back what is used, from its cache and without a disk.
    ///
    /// A start touches most of a large binary once, and what it touched would count as this process's memory until the
    /// system runs short. Elsewhere than on Linux nothing is done.
    static func giveBack() {
        #if os(Linux)
        guard let maps = try? String(contentsOfFile: "/proc/self/maps", encoding: .utf8),
            let program = realpath("/proc/self/exe", nil)
        else { return }
        defer { free(program) }
        let path = String(cString: program)
        for line in maps.split(separator: "\n") {
            // Only what is mapped to be run: it was never written to, so that nothing is lost.
            let fields = line.split(separator: " ", omittingEmptySubsequences: true)
            guard fields.count >= 6, fields[1] == "r-xp", line.hasSuffix(" " + path) else { continue }
            let bounds = fields[0].split(separator: "-").compactMap { UInt(String($0), radix: 16) }
            guard bounds.count == 2, bounds[0] < bounds[1] else { continue }
            madvise(UnsafeMutableRawPointer(bitPattern: bounds[0]), Int(bounds[1] - bounds[0]), MADV_DONTNEED)
        }
        #endif
    }
}
