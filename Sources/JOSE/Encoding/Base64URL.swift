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
    static func encodedCount(_ count: Int) -> Int {
        count / 3 * 4 + [0, 2, 3][count % 3]
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

    /// Decodes into a buffer of at least ``decodedCount(_:)`` bytes; false where the text is not canonical.
    ///
    /// Eight, then four characters a step: each of four tables holds a character's six bits already in place, and a bit above
    /// them for a character outside the alphabet, so that a whole text costs one check at its end.
    static func decode(
        _ source: UnsafeBufferPointer<UInt8>,
        into target: UnsafeMutableBufferPointer<UInt8>
    ) -> Bool {
        guard let count = decodedCount(source.count), target.count >= count else { return false }
        guard let input = source.baseAddress, let output = target.baseAddress else { return source.isEmpty }
        let table = Base64URLTables<UInt32>.decoding.pointer
        var read = 0
        var written = 0
        var faults: UInt32 = 0
        // Eight characters are six bytes; the store writes eight, so that two more must have room.
        while source.count &- read >= 8, count &- written >= 8 {
            let text = UInt64(
                littleEndian: UnsafeRawPointer(input).loadUnaligned(fromByteOffset: read, as: UInt64.self)
            )
            let high =
                table[Int(text & 0xFF)] | table[256 &+ Int(text >> 8 & 0xFF)]
                | table[512 &+ Int(text >> 16 & 0xFF)] | table[768 &+ Int(text >> 24 & 0xFF)]
            let low =
                table[Int(text >> 32 & 0xFF)] | table[256 &+ Int(text >> 40 & 0xFF)]
                | table[512 &+ Int(text >> 48 & 0xFF)] | table[768 &+ Int(text >> 56)]
            faults |= high | low
            let bytes = UInt64(high) << 40 | UInt64(low) << 16
            UnsafeMutableRawPointer(output).storeBytes(of: bytes.bigEndian, toByteOffset: written, as: UInt64.self)
            read &+= 8
            written &+= 6
        }
        let whole = source.count & ~3
        while read < whole {
            let word =
                table[Int(input[read])]
                | table[256 &+ Int(input[read &+ 1])]
                | table[512 &+ Int(input[read &+ 2])]
                | table[768 &+ Int(input[read &+ 3])]
            faults |= word
            output[written] = UInt8(truncatingIfNeeded: word >> 16)
            output[written &+ 1] = UInt8(truncatingIfNeeded: word >> 8)
            output[written &+ 2] = UInt8(truncatingIfNeeded: word)
            read &+= 4
            written &+= 3
        }
        switch source.count &- read {
        case 2:
            let word = table[Int(input[read])] | table[256 &+ Int(input[read &+ 1])]
            faults |= word | (word & 0xFFFF != 0 ? Base64URLTables<UInt32>.fault : 0)
            output[written] = UInt8(truncatingIfNeeded: word >> 16)
        case 3:
            let word =
                table[Int(input[read])] | table[256 &+ Int(input[read &+ 1])] | table[512 &+ Int(input[read &+ 2])]
            faults |= word | (word & 0xFF != 0 ? Base64URLTables<UInt32>.fault : 0)
            output[written] = UInt8(truncatingIfNeeded: word >> 16)
            output[written &+ 1] = UInt8(truncatingIfNeeded: word >> 8)
        default: break
        }
        return faults & Base64URLTables<UInt32>.fault == 0
    }

    /// Encodes into a buffer of at least ``encodedCount(_:)`` bytes and answers how many were written.
    @discardableResult
    static func encode(
        _ source: UnsafeBufferPointer<UInt8>,
        into target: UnsafeMutableBufferPointer<UInt8>
    ) -> Int {
        precondition(target.count >= encodedCount(source.count))
        guard let input = source.baseAddress, let output = target.baseAddress else { return 0 }
        let alphabet = Base64URLTables<UInt32>.alphabet.utf8Start
        let pairs = Base64URLTables<UInt16>.encoding.pointer
        let target = UnsafeMutableRawPointer(output)
        var read = 0
        var written = 0
        // Three bytes are twice twelve bits, and twelve bits are two characters of a table.
        while source.count &- read >= 3 {
            let word = Int(input[read]) << 16 | Int(input[read &+ 1]) << 8 | Int(input[read &+ 2])
            target.storeBytes(of: pairs[word >> 12], toByteOffset: written, as: UInt16.self)
            target.storeBytes(of: pairs[word & 0xFFF], toByteOffset: written &+ 2, as: UInt16.self)
            read &+= 3
            written &+= 4
        }
        let rest = source.count &- read
        if rest > 0 {
            let word = UInt32(input[read]) << 16 | (rest == 2 ? UInt32(input[read &+ 1]) << 8 : 0)
            output[written] = alphabet[Int(word >> 18)]
            output[written &+ 1] = alphabet[Int(word >> 12 & 63)]
            written &+= 2
            if rest == 2 {
                output[written] = alphabet[Int(word >> 6 & 63)]
                written &+= 1
            }
        }
        return written
    }
}

/// The look-up tables of base64url, made once for the process.
struct Base64URLTables<Entry: Sendable>: Sendable {
    // Written by `init` alone and never freed, so that any thread may read it without counting references.
    nonisolated(unsafe) let pointer: UnsafePointer<Entry>

    fileprivate init(_ entries: [Entry]) {
        let table = UnsafeMutableBufferPointer<Entry>.allocate(capacity: entries.count)
        _ = table.initialize(from: entries)
        pointer = UnsafePointer(table.baseAddress.unsafelyUnwrapped)
    }
}

extension Base64URLTables<UInt32> {
    static let alphabet: StaticString = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    /// Set in a table's entry for a character that is not in the alphabet; above the 24 bits of four characters.
    static let fault: UInt32 = 1 << 31

    /// Four tables of 256, one for each place among four characters.
    static let decoding: Base64URLTables = {
        var entries = [UInt32](repeating: fault, count: 1024)
        for (index, character) in UnsafeBufferPointer(start: alphabet.utf8Start, count: 64).enumerated() {
            for place in 0..<4 {
                entries[place * 256 + Int(character)] = UInt32(index) << UInt32(18 - 6 * place)
            }
        }
        return Base64URLTables(entries)
    }()
}

extension Base64URLTables<UInt16> {
    /// The two characters of every twelve bits, in memory's order.
    static let encoding = Base64URLTables(
        (0..<4096).map { bits in
            let alphabet = Base64URLTables<UInt32>.alphabet.utf8Start
            return UInt16(littleEndian: UInt16(alphabet[bits >> 6]) | UInt16(alphabet[bits & 63]) << 8)
        }
    )
}
