/// Base64url by blocks of sixteen characters, which are twelve bytes, in the processor's vectors: no table, no branch.
///
/// Memory is read as numbers whose lowest byte comes first, as on every processor that Swift compiles for.
enum Base64URLBlock {
    private static let characterCount = 16
    private static let byteCount = 12

    /// Decodes a text into memory for just its bytes; false where it is not canonical.
    static func decode(
        _ source: UnsafeBufferPointer<UInt8>,
        into target: UnsafeMutableBufferPointer<UInt8>
    ) -> Bool {
        guard let input = UnsafeRawPointer(source.baseAddress), let output = UnsafeMutableRawPointer(target.baseAddress)
        else { return source.isEmpty }
        var valid = SIMD16<UInt8>(repeating: .max)
        var read = 0
        var written = 0
        while source.count &- read >= characterCount {
            let text = input.loadUnaligned(fromByteOffset: read, as: SIMD16<UInt8>.self)
            let (first, second) = decode(text, valid: &valid)
            let start = UInt32(truncatingIfNeeded: first &>> 16)
            output.storeBytes(of: start.bigEndian, toByteOffset: written, as: UInt32.self)
            output.storeBytes(of: (first &<< 48 | second).bigEndian, toByteOffset: written &+ 4, as: UInt64.self)
            read &+= characterCount
            written &+= byteCount
        }
        guard read < source.count else { return isFull(valid) }
        // The last characters as if zeros followed: whatever bits they have over must be zeros too.
        let rest = source.count &- read
        let zeros = UInt128(0x4141_4141_4141_4141_4141_4141_4141_4141) &<< UInt128(truncatingIfNeeded: 8 &* rest)
        let text = UInt128(reading: rest, bytesAt: input + read) | zeros
        let (first, second) = decode(unsafeBitCast(text, to: SIMD16<UInt8>.self), valid: &valid)
        let bytes = (UInt128(first) &<< 80 | UInt128(second) &<< 32).byteSwapped
        bytes.write(target.count &- written, bytesTo: output + written)
        return isFull(valid) && bytes &>> UInt128(truncatingIfNeeded: 8 &* (target.count &- written)) == 0
    }

    /// Encodes bytes from one of their blocks of three on, into memory for the text of all of them.
    static func encode(
        _ source: UnsafeBufferPointer<UInt8>,
        from start: Int,
        into target: UnsafeMutableBufferPointer<UInt8>
    ) {
        guard let input = UnsafeRawPointer(source.baseAddress), let output = UnsafeMutableRawPointer(target.baseAddress)
        else { return }
        var read = start
        var written = start / 3 * 4
        while source.count &- read >= byteCount {
            let first = UInt64(bigEndian: input.loadUnaligned(fromByteOffset: read, as: UInt64.self))
            let second = UInt64(bigEndian: input.loadUnaligned(fromByteOffset: read &+ 4, as: UInt64.self))
            output.storeBytes(of: encode(first &>> 16, second), toByteOffset: written, as: SIMD16<UInt8>.self)
            read &+= byteCount
            written &+= characterCount
        }
        guard read < source.count else { return }
        let bytes = UInt128(reading: source.count &- read, bytesAt: input + read).byteSwapped
        let first = UInt64(truncatingIfNeeded: bytes &>> 80)
        let second = UInt64(truncatingIfNeeded: bytes &>> 32)
        let text = unsafeBitCast(encode(first, second), to: UInt128.self)
        text.write(target.count &- written, bytesTo: output + written)
    }

    /// The characters of two times 48 bits; what stands above these is not looked at.
    @inline(__always)
    private static func encode(_ first: UInt64, _ second: UInt64) -> SIMD16<UInt8> {
        // Bits are parted into halves three times; the first of them goes to the lower place.
        let eights = SIMD2(first, second)
        let fours = eights &>> 24 & 0xFF_FFFF | eights &<< 32 & 0xFF_FFFF_0000_0000
        let pairs = fours &>> 12 & 0xFFF_0000_0FFF | fours &<< 16 & 0xFFF_0000_0FFF_0000
        let sixes = pairs &>> 6 & 0x3F_003F_003F_003F | pairs &<< 8 & 0x3F00_3F00_3F00_3F00
        let values = unsafeBitCast(sixes, to: SIMD16<UInt8>.self)
        // From A on; the alphabet's other runs lie elsewhere in ASCII.
        var characters = values &+ UInt8(ascii: "A")
        characters &+= lanes(values .> SIMD16(repeating: 25)) & (UInt8(ascii: "a") &- UInt8(ascii: "A") &- 26)
        characters &+= lanes(values .> SIMD16(repeating: 51)) & (UInt8(ascii: "0") &- UInt8(ascii: "a") &- 26)
        characters &+= lanes(values .> SIMD16(repeating: 61)) & (UInt8(ascii: "-") &- UInt8(ascii: "0") &- 10)
        characters &+= lanes(values .> SIMD16(repeating: 62)) & (UInt8(ascii: "_") &- UInt8(ascii: "-") &- 1)
        return characters
    }

    /// The two times 48 bits of characters; clears bits of `valid` for those outside of the alphabet.
    @inline(__always)
    private static func decode(_ text: SIMD16<UInt8>, valid: inout SIMD16<UInt8>) -> (UInt64, UInt64) {
        let upper = text &- UInt8(ascii: "A")
        let lower = text &- UInt8(ascii: "a")
        let digit = text &- UInt8(ascii: "0")
        let isUpper = lanes(upper .< SIMD16(repeating: 26))
        let isLower = lanes(lower .< SIMD16(repeating: 26))
        let isDigit = lanes(digit .< SIMD16(repeating: 10))
        let isDash = lanes(text .== SIMD16(repeating: UInt8(ascii: "-")))
        let isLine = lanes(text .== SIMD16(repeating: UInt8(ascii: "_")))
        // One of them at most holds, so that a sum is what an "or" would be, and the compiler leaves it alone.
        valid &= isUpper &+ isLower &+ isDigit &+ isDash &+ isLine
        // How far each run of the alphabet lies from its values.
        let letters = (isUpper & (0 &- UInt8(ascii: "A"))) &+ (isLower & (26 &- UInt8(ascii: "a")))
        let digits = isDigit & (52 &- UInt8(ascii: "0"))
        let marks = (isDash & (62 &- UInt8(ascii: "-"))) &+ (isLine & (63 &- UInt8(ascii: "_")))
        let values = text &+ letters &+ (digits &+ marks)
        // Halves are joined three times, the first of them to the upper place.
        let pairs = unsafeBitCast(values, to: SIMD8<UInt16>.self)
        let fours = unsafeBitCast((pairs & 0x3F) &<< 6 | pairs &>> 8, to: SIMD4<UInt32>.self)
        let eights = unsafeBitCast((fours & 0xFFF) &<< 12 | fours &>> 16, to: SIMD2<UInt64>.self)
        let bits = (eights & 0xFF_FFFF) &<< 24 | eights &>> 32
        return (bits.x, bits.y)
    }

    /// Whether no bit has been cleared.
    @inline(__always)
    private static func isFull(_ lanes: SIMD16<UInt8>) -> Bool {
        let words = unsafeBitCast(lanes, to: SIMD2<UInt64>.self)
        return words.x & words.y == .max
    }
}
