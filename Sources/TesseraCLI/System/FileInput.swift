import ArgumentParser

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Files and standard input, read whole and within a bound.
enum FileInput {
    /// The name that means standard input.
    static let standardInput = "-"

    /// Refuses arguments of which several would come from standard input.
    ///
    /// - Parameters:
    ///   - arguments: what the arguments name; nil where one is absent.
    ///   - what: what they are, as the refusal calls them.
    /// - Throws: `ValidationError`.
    static func requireOneReader(of arguments: String?..., what: String) throws {
        guard arguments.count(where: { $0 == standardInput }) <= 1 else {
            throw ValidationError("Only one of \(what) can come from standard input.")
        }
    }

    /// Reads a file named on the command line; `-` is standard input.
    static func read(argument path: String, limit: Int = 1 << 20) throws(CommandFailure) -> [UInt8] {
        if path == standardInput { return try readStandardInput(limit: limit) }
        do throws(SystemError) {
            return try read(path: path, limit: limit)
        } catch {
            throw .failed("\(path) cannot be read: \(error.description).")
        }
    }

    /// Reads all of standard input.
    static func readStandardInput(limit: Int = 1 << 20) throws(CommandFailure) -> [UInt8] {
        do throws(SystemError) {
            return try read(descriptor: STDIN_FILENO, limit: limit)
        } catch {
            throw .failed("Standard input cannot be read: \(error.description).")
        }
    }

    /// Reads a whole file; longer than `limit` is `EFBIG`.
    static func read(path: String, limit: Int) throws(SystemError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .last }
        defer { close(descriptor) }
        return try read(descriptor: descriptor, limit: limit)
    }

    private static func read(descriptor: Int32, limit: Int) throws(SystemError) -> [UInt8] {
        var contents: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16 * 1024)
        while true {
            let count = chunk.withUnsafeMutableBytes { systemRead(descriptor, $0) }
            if count == 0 { return contents }
            guard count > 0 else { throw .last }
            guard contents.count + count <= limit else { throw SystemError(number: EFBIG) }
            contents.append(contentsOf: chunk[..<count])
        }
    }
}

/// `read(2)`, again whenever a signal interrupts it or a non-blocking descriptor has nothing yet.
func systemRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
    while true {
        let count = read(descriptor, buffer.baseAddress, buffer.count)
        if count >= 0 || !mayRepeat(descriptor, Int16(POLLIN)) { return count }
    }
}

/// Whether the call that has just failed is worth repeating; waits until it is.
///
/// Some programs hand over pipes that do not block. A socket whose time is up blocks, and is not among them.
private func mayRepeat(_ descriptor: Int32, _ event: Int16) -> Bool {
    if errno == EINTR { return true }
    guard errno == EAGAIN, fcntl(descriptor, F_GETFL) & O_NONBLOCK != 0 else { return false }
    var waiting = pollfd(fd: descriptor, events: event, revents: 0)
    poll(&waiting, 1, -1)
    return true
}

/// Writes all of `bytes`.
func systemWrite(_ descriptor: Int32, _ bytes: [UInt8]) throws(SystemError) {
    try bytes.withUnsafeBufferPointer { buffer throws(SystemError) in
        try systemWrite(descriptor, UnsafeRawBufferPointer(buffer))
    }
}

/// Writes all of `buffer`, again whenever the system took only a part.
func systemWrite(_ descriptor: Int32, _ buffer: UnsafeRawBufferPointer) throws(SystemError) {
    var rest = buffer[...]
    while !rest.isEmpty {
        let piece = UnsafeRawBufferPointer(rebasing: rest)
        let count = write(descriptor, piece.baseAddress, piece.count)
        if count < 0 {
            if mayRepeat(descriptor, Int16(POLLOUT)) { continue }
            throw .last
        }
        rest = rest.dropFirst(count)
    }
}
