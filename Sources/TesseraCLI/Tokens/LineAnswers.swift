import JOSE

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// `--lines`: an answer to each line of standard input, in order, in bounded memory.
///
/// Nothing is trimmed: a line is every byte between two line feeds. Answers leave whenever the input pauses, so that
/// a program may hold a conversation with it.
struct LineAnswers {
    private let input: Int32
    private let output: Int32

    /// A longer line is answered without being kept; well above the largest token that a verifier takes.
    static let longestLine = 64 * 1024
    private static let chunk = 256 * 1024

    init(input: Int32 = STDIN_FILENO, output: Int32 = STDOUT_FILENO) {
        self.input = input
        self.output = output
    }

    /// Answers every line of the input.
    ///
    /// - Parameter answer: appends the answer to a line, and a line feed; answers whether the line was good.
    /// - Returns: whether all lines were.
    /// - Throws: if the input cannot be read or the output not written.
    @discardableResult
    func run(
        _ answer: (_ line: UnsafeRawBufferPointer, _ answers: inout [UInt8]) -> Bool
    ) throws(CommandFailure) -> Bool {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.longestLine + Self.chunk, alignment: 16)
        defer { buffer.deallocate() }
        var answers: [UInt8] = []
        answers.reserveCapacity(2 * Self.chunk)
        var allValid = true
        var filled = 0
        var skipping = false

        while true {
            let count = systemRead(input, UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]))
            guard count >= 0 else { throw .failed("Standard input cannot be read: \(SystemError.last.description).") }
            if count == 0 { break }
            let end = filled + count
            var start = 0
            while let feed = Self.lineFeed(in: buffer, from: start, to: end) {
                if !skipping {
                    allValid = answer(UnsafeRawBufferPointer(rebasing: buffer[start..<feed]), &answers) && allValid
                }
                skipping = false
                start = feed + 1
                if answers.count >= Self.chunk { try flush(&answers) }
            }
            filled = skipping ? 0 : end - start
            if filled > Self.longestLine {
                TokenAnswer.append(JWTError(.tooLarge), to: &answers)
                (allValid, skipping, filled) = (false, true, 0)
            }
            if filled > 0, start > 0, let base = buffer.baseAddress { memmove(base, base + start, filled) }
            try flush(&answers)
        }
        if filled > 0 {
            allValid = answer(UnsafeRawBufferPointer(rebasing: buffer[..<filled]), &answers) && allValid
        }
        try flush(&answers)
        return allValid
    }

    private func flush(_ answers: inout [UInt8]) throws(CommandFailure) {
        do throws(SystemError) {
            try systemWrite(output, answers)
            answers.removeAll(keepingCapacity: true)
        } catch {
            throw error.number == EPIPE
                ? .failed("") : .failed("Standard output cannot be written: \(error.description).")
        }
    }

    private static func lineFeed(in buffer: UnsafeMutableRawBufferPointer, from start: Int, to end: Int) -> Int? {
        guard start < end, let base = buffer.baseAddress,
            let found = memchr(base + start, Int32(UInt8(ascii: "\n")), end - start)
        else { return nil }
        return UnsafeRawPointer(found) - UnsafeRawPointer(base)
    }
}
