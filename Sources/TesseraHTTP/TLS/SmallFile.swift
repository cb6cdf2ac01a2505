#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif

/// Files that are read whole: a certificate chain, a key, what the system says of a process.
enum SmallFile {
    /// More than any chain takes.
    private static let limit = 1 << 20

    /// Why a file cannot be read, in the system's words.
    struct Failure: Error {
        let reason: String
    }

    static func read(_ path: String) -> Result<[UInt8], Failure> {
        guard let file = fopen(path, "re") else { return .failure(lastFailure) }
        defer { fclose(file) }
        var contents: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16 * 1024)
        while true {
            let count = fread(&chunk, 1, chunk.count, file)
            contents.append(contentsOf: chunk[..<count])
            guard contents.count <= limit else { return .failure(Failure(reason: "it is longer than 1 MiB")) }
            if count < chunk.count {
                return ferror(file) == 0 ? .success(contents) : .failure(lastFailure)
            }
        }
    }

    private static var lastFailure: Failure {
        let number = errno
        return Failure(reason: strerror(number).map { String(cString: $0) } ?? "error \(number)")
    }
}
