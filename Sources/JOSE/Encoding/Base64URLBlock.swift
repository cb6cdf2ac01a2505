/// Base64url by blocks of sixteen characters, which are twelve bytes, in the processor's vectors: no table, no branch.
///
/// Memory is read as numbers whose lowest byte comes first, as on every processor that Swift compiles for.
enum Base64URLBlock {
    static let characterCount = 16
    static let byteCount = 12

    /// The characters of two times 48 bits; what stands above these is not looked at.
    @inline(__always)
    static func encode(_ first: UInt64, _ second: UInt64) -> SIMD16<UInt8> {
        let values = unsafeBitCast(SIMD2(sixes(first), sixes(second)), to: SIMD16<UInt8>.self)
        // From A on; the alphabet's other runs lie elsewhere in ASCII.
        var characters = values &+ UInt8(ascii: "A")
        characters &+= lanes(values .> SIMD16(repeating: 25)) & (UInt8(ascii: "a") &- UInt8(ascii: "A") &- 26)
        characters &+= lanes(values .> SIMD16(repeating: 51)) & (UInt8(ascii: "0") &- UInt8(ascii: "a") &- 26)
        characters &+= lanes(values .> SIMD16(repeating: 61)) & (UInt8(ascii: "-") &- UInt8(ascii: "0") &- 10)
        characters &+= lanes(values .> SIMD16(repeating: 62)) & (UInt8(ascii: "_") &- UInt8(ascii: "-") &- 1)
        return characters
    }

    /// Eight times six bits, each in a byte of its own.
    @inline(__always)
    private static func sixes(_ bits: UInt64) -> UInt64 {
        // Bits are parted into halves three times; the first of them goes to the lower place.
        let fours = bits &>> 24 & 0xFF_FFFF | bits &<< 32 & 0xFF_FFFF_0000_0000
        let pairs = fours &>> 12 & 0xFFF_0000_0FFF | fours &<< 16 & 0xFFF_0000_0FFF_0000
        return pairs &>> 6 & 0x3F_003F_003F_003F | pairs &<< 8 & 0x3F00_3F00_3F00_3F00
    }

    /// The two times 48 bits of characters; clears bits of `valid` for those outside of the alphabet.
    @inline(__always)
    static func decode(_ text: SIMD16<UInt8>, valid: inout SIMD16<UInt8>) -> (UInt64, UInt64) {
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
    static func isFull(_ lanes: SIMD16<UInt8>) -> Bool {
        let words = unsafeBitCast(lanes, to: SIMD2<UInt64>.self)
        return words.x & words.y == .max
    }
}
