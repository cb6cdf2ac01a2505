internal import CBase64URL

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
        guard let input = source.baseAddress, let output = target.baseAddress else { return source.isEmpty }
        var isValid = false
        if tessera_base64url_decode(input, source.count, output, &isValid) { return isValid }
        return Base64URLBlock.decode(source, into: UnsafeMutableBufferPointer(rebasing: target[..<count]))
    }

    /// Encodes into a buffer of at least ``encodedCount(_:)`` bytes and answers how many were written.
    @discardableResult
    static func encode(
        _ source: UnsafeBufferPointer<UInt8>,
        into target: UnsafeMutableBufferPointer<UInt8>
    ) -> Int {
        let count = encodedCount(source.count)
        precondition(target.count >= count)
        guard let input = source.baseAddress, let output = target.baseAddress else { return 0 }
        let read = tessera_base64url_encode(input, source.count, output)
        Base64URLBlock.encode(source, from: read, into: UnsafeMutableBufferPointer(rebasing: target[..<count]))
        return count
    }
}
