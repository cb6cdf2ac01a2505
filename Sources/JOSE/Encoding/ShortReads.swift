// A few bytes as one number, their first in its lowest place, as on every processor that Swift compiles for. Two reads or
// writes of a fixed width overlap where one would be too long: there they do the same.

extension UInt64 {
    /// Reads up to seven bytes; zeros follow them.
    @inline(__always)
    init(reading count: Int, bytesAt address: UnsafeRawPointer) {
        if count >= 4 {
            let low = address.loadUnaligned(as: UInt32.self)
            let high = address.loadUnaligned(fromByteOffset: count &- 4, as: UInt32.self)
            self = UInt64(low) | UInt64(high) &<< UInt64(truncatingIfNeeded: 8 &* (count &- 4))
        } else if count >= 2 {
            let low = address.loadUnaligned(as: UInt16.self)
            let high = address.loadUnaligned(fromByteOffset: count &- 2, as: UInt16.self)
            self = UInt64(low) | UInt64(high) &<< UInt64(truncatingIfNeeded: 8 &* (count &- 2))
        } else {
            self = count == 1 ? UInt64(address.load(as: UInt8.self)) : 0
        }
    }

    /// Writes up to seven bytes.
    @inline(__always)
    func write(_ count: Int, bytesTo address: UnsafeMutableRawPointer) {
        if count >= 4 {
            let high = self &>> UInt64(truncatingIfNeeded: 8 &* (count &- 4))
            address.storeBytes(of: UInt32(truncatingIfNeeded: self), as: UInt32.self)
            address.storeBytes(of: UInt32(truncatingIfNeeded: high), toByteOffset: count &- 4, as: UInt32.self)
        } else if count >= 2 {
            let high = self &>> UInt64(truncatingIfNeeded: 8 &* (count &- 2))
            address.storeBytes(of: UInt16(truncatingIfNeeded: self), as: UInt16.self)
            address.storeBytes(of: UInt16(truncatingIfNeeded: high), toByteOffset: count &- 2, as: UInt16.self)
        } else if count == 1 {
            address.storeBytes(of: UInt8(truncatingIfNeeded: self), as: UInt8.self)
        }
    }
}

extension UInt128 {
    /// Reads up to fifteen bytes; zeros follow them.
    @inline(__always)
    init(reading count: Int, bytesAt address: UnsafeRawPointer) {
        guard count >= 8 else {
            self = UInt128(UInt64(reading: count, bytesAt: address))
            return
        }
        let low = address.loadUnaligned(as: UInt64.self)
        let high = address.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self)
        self = UInt128(low) | UInt128(high) &<< UInt128(truncatingIfNeeded: 8 &* (count &- 8))
    }

    /// Writes up to fifteen bytes.
    @inline(__always)
    func write(_ count: Int, bytesTo address: UnsafeMutableRawPointer) {
        let low = UInt64(truncatingIfNeeded: self)
        guard count >= 8 else { return low.write(count, bytesTo: address) }
        address.storeBytes(of: low, as: UInt64.self)
        let high = UInt64(truncatingIfNeeded: self &>> UInt128(truncatingIfNeeded: 8 &* (count &- 8)))
        address.storeBytes(of: high, toByteOffset: count &- 8, as: UInt64.self)
    }
}

/// All bits of each lane in which a comparison holds.
///
/// A function, by whose argument the compiler takes the operators that compare whole vectors. Compare with a repeated number,
/// not with the number itself: that operator goes lane by lane. And add lanes of which one at most holds, where "or" would
/// do: the compiler then leaves them as they are.
@inline(__always)
func lanes(_ mask: SIMDMask<SIMD16<Int8>>) -> SIMD16<UInt8> { unsafeBitCast(mask, to: SIMD16<UInt8>.self) }
