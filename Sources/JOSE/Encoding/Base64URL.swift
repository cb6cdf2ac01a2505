/// Base64url without padding, as RFC 7515 §2 asks: one spelling for each sequence of bytes.
///
/// ```swift
/// let text = Base64URL.encode([1, 2, 3])     // "AQID"
/// let bytes = Base64URL.decode("AQID")       // [1, 2, 3]
/// Base64URL.decode("AQI=")                   // nil: padding, `+`, `/` and white space are refused
/// ```
public enum Base64URL {
    /// Encodes bytes as base64url text without padding.
    public static func encode(_ bytes: some Collection<UInt8>) -> String {
        withBytes(of: bytes) { source in
            String(unsafeUninitializedCapacity: encodedCount(source.count)) { target in
                encode(source, into: target)
            }
        }
    }

    /// Decodes base64url text, or answers nil where a character, the length or a trailing bit is not canonical.
    public static func decode(_ text: String) -> [UInt8]? {
        withBytes(of: text) { decode(buffer: $0) }
    }

    /// Decodes base64url bytes, or answers nil where a character, the length or a trailing bit is not canonical.
    public static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        withBytes(of: text) { decode(buffer: $0) }
    }

    // MARK: - In place

    /// How many characters the text of this many bytes has.
    @inline(__always)
    static func encodedCount(_ count: Int) -> Int {
        let rest = count % 3
        return count / 3 * 4 + (rest == 0 ? 0 : rest + 1)
    }

    /// How many bytes this many characters hold, or nil for a length that no text has.
    @inline(__always)
    static func decodedCount(_ count: Int) -> Int? {
        let rest = count & 3
        return rest == 1 ? nil : (count >> 2) * 3 + (rest == 0 ? 0 : rest - 1)
    }

    static func decode(buffer source: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        guard let count = decodedCount(source.count) else { return nil }
        var valid = false
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { target, filled in
            valid = decode(source, into: target)
            filled = valid ? count : 0
        }
        return valid ? bytes : nil
    }

    /// Runs a closure over the bytes of a text, or over nil where it is not canonical.
    ///
    /// The bytes are on the stack where they are few, as those of most tokens are.
    @inline(__always)
    static func withDecoded<R, Failure: Error>(
        _ source: UnsafeBufferPointer<UInt8>,
        _ body: (UnsafeBufferPointer<UInt8>?) throws(Failure) -> R
    ) throws(Failure) -> R {
        guard let count = decodedCount(source.count) else { return try body(nil) }
        return try withUnsafeTemporaryAllocation(of: UInt8.self, capacity: count) { (buffer) throws(Failure) in
            guard decode(source, into: buffer) else { return try body(nil) }
            return try body(UnsafeBufferPointer(rebasing: buffer[..<count]))
        }
    }

    /// Decodes into the beginning of a memory, which is then shorter by it; nil where the text is not canonical.
    @inline(__always)
    static func decode(
        _ source: UnsafeBufferPointer<UInt8>,
        taking memory: inout UnsafeMutableBufferPointer<UInt8>
    ) -> UnsafeBufferPointer<UInt8>? {
        guard let count = decodedCount(source.count), decode(source, into: memory) else { return nil }
        let bytes = UnsafeBufferPointer(rebasing: memory[..<count])
        memory = UnsafeMutableBufferPointer(rebasing: memory[count...])
        return bytes
    }

    /// Decodes into a buffer of at least ``decodedCount(_:)`` bytes; false where the text is not canonical.
    ///
    /// The whole text is looked at, whatever is wrong in it.
    static func decode(
        _ source: UnsafeBufferPointer<UInt8>,
        into target: UnsafeMutableBufferPointer<UInt8>
    ) -> Bool {
        guard let count = decodedCount(source.count), target.count >= count else { return false }
        guard let input = UnsafeRawPointer(source.baseAddress), let output = UnsafeMutableRawPointer(target.baseAddress)
        else { return source.isEmpty }
        var valid = SIMD16<UInt8>(repeating: .max)
        var read = 0
        var written = 0
        while source.count &- read >= Base64URLBlock.characterCount {
            let text = input.loadUnaligned(fromByteOffset: read, as: SIMD16<UInt8>.self)
            let (first, second) = Base64URLBlock.decode(text, valid: &valid)
            let start = UInt32(truncatingIfNeeded: first &>> 16)
            output.storeBytes(of: start.bigEndian, toByteOffset: written, as: UInt32.self)
            output.storeBytes(of: (first &<< 48 | second).bigEndian, toByteOffset: written &+ 4, as: UInt64.self)
            read &+= Base64URLBlock.characterCount
            written &+= Base64URLBlock.byteCount
        }
        guard read < source.count else { return Base64URLBlock.isFull(valid) }
        // The last characters as if zeros followed: whatever bits they have over must be zeros too.
        let rest = source.count &- read
        let zeros = UInt128(0x4141_4141_4141_4141_4141_4141_4141_4141) &<< UInt128(truncatingIfNeeded: 8 &* rest)
        let text = UInt128(reading: rest, bytesAt: input + read) | zeros
        let (first, second) = Base64URLBlock.decode(unsafeBitCast(text, to: SIMD16<UInt8>.self), valid: &valid)
        let bytes = (UInt128(first) &<< 80 | UInt128(second) &<< 32).byteSwapped
        bytes.write(count &- written, bytesTo: output + written)
        return Base64URLBlock.isFull(valid) && bytes &>> UInt128(truncatingIfNeeded: 8 &* (count &- written)) == 0
    }

    /// Encodes into a buffer of at least ``encodedCount(_:)`` bytes and answers how many were written.
    @discardableResult
    static func encode(
        _ source: UnsafeBufferPointer<UInt8>,
        into target: UnsafeMutableBufferPointer<UInt8>
    ) -> Int {
        precondition(target.count >= encodedCount(source.count))
        guard let input = UnsafeRawPointer(source.baseAddress), let output = UnsafeMutableRawPointer(target.baseAddress)
        else { return 0 }
        var read = 0
        var written = 0
        while source.count &- read >= Base64URLBlock.byteCount {
            let first = UInt64(bigEndian: input.loadUnaligned(fromByteOffset: read, as: UInt64.self))
            let second = UInt64(bigEndian: input.loadUnaligned(fromByteOffset: read &+ 4, as: UInt64.self))
            let text = Base64URLBlock.encode(first &>> 16, second)
            output.storeBytes(of: text, toByteOffset: written, as: SIMD16<UInt8>.self)
            read &+= Base64URLBlock.byteCount
            written &+= Base64URLBlock.characterCount
        }
        let count = encodedCount(source.count)
        if read < source.count {
            let bytes = UInt128(reading: source.count &- read, bytesAt: input + read).byteSwapped
            let first = UInt64(truncatingIfNeeded: bytes &>> 80)
            let second = UInt64(truncatingIfNeeded: bytes &>> 32)
            let text = unsafeBitCast(Base64URLBlock.encode(first, second), to: UInt128.self)
            text.write(count &- written, bytesTo: output + written)
        }
        return count
    }
}
