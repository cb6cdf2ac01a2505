/// Runs a closure over a collection's bytes, in place where the collection stores them contiguously.
@inline(__always)
func withBytes<R, Failure: Error>(
    of bytes: some Collection<UInt8>,
    _ body: (UnsafeBufferPointer<UInt8>) throws(Failure) -> R
) throws(Failure) -> R {
    // The error travels in a variable: the standard library's `rethrows` forgets its type.
    var failure: Failure?
    let inPlace = bytes.withContiguousStorageIfAvailable { buffer -> R? in
        do throws(Failure) {
            return try body(buffer)
        } catch {
            failure = error
            return nil
        }
    }
    if let inPlace = consume inPlace, let result = consume inPlace { return result }
    if let failure { throw failure }
    return try ContiguousArray(bytes).withUnsafeBufferPointer(body)
}

/// Runs a closure over a string's UTF-8, in place for every native string.
@inline(__always)
func withBytes<R, Failure: Error>(
    of text: String,
    _ body: (UnsafeBufferPointer<UInt8>) throws(Failure) -> R
) throws(Failure) -> R {
    try withBytes(of: text.utf8, body)
}

extension String {
    /// Whether two texts are the same bytes; `==` would be canonical equivalence and let a look-alike pass.
    @inline(__always)
    func hasSameBytes(as other: String) -> Bool {
        utf8.count == other.utf8.count && withBytes(of: self) { $0.equals(other) }
    }
}

extension String? {
    /// Whether two optional texts are both absent or the same bytes.
    func hasSameBytes(as other: String?) -> Bool {
        switch (self, other) {
        case (nil, nil): true
        case (let left?, let right?): left.hasSameBytes(as: right)
        default: false
        }
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// The part of the buffer that a range names, without copying.
    @inline(__always)
    func slice(_ range: Range<Int>) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(rebasing: self[range])
    }

    /// Whether the buffer holds exactly this ASCII text.
    @inline(__always)
    func equals(_ text: StaticString) -> Bool {
        guard count == text.utf8CodeUnitCount else { return false }
        for index in 0..<count where self[index] != text.utf8Start[index] { return false }
        return true
    }

    /// Whether the buffer holds exactly a string's UTF-8.
    @inline(__always)
    func equals(_ text: String) -> Bool {
        text.utf8.count == count
            && (text.utf8.withContiguousStorageIfAvailable(equals) ?? text.utf8.elementsEqual(self))
    }

    /// Whether two buffers hold the same bytes, eight a step.
    @inline(__always)
    func equals(_ other: UnsafeBufferPointer<UInt8>) -> Bool {
        guard count == other.count else { return false }
        guard let left = UnsafeRawPointer(baseAddress), let right = UnsafeRawPointer(other.baseAddress) else {
            return isEmpty
        }
        guard count >= 8 else { return UInt64(reading: count, bytesAt: left) == UInt64(reading: count, bytesAt: right) }
        // The last step may overlap the one before.
        let last = count &- 8
        var index = 0
        while true {
            let difference =
                left.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                ^ right.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            if difference != 0 { return false }
            if index == last { return true }
            index = Swift.min(index &+ 8, last)
        }
    }

    /// Where a byte stands first, from a position on; eight bytes a step.
    @inline(__always)
    func firstIndex(of byte: UInt8, from start: Int) -> Int? {
        guard let bytes = UnsafeRawPointer(baseAddress) else { return nil }
        let pattern = UInt64(byte) &* 0x0101_0101_0101_0101
        var index = start
        while count &- index >= 8 {
            let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)) ^ pattern
            // The lowest byte that is zero sets its top bit first; borrows only reach bytes above it.
            let zeros = (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080
            if zeros != 0 { return index &+ zeros.trailingZeroBitCount >> 3 }
            index &+= 8
        }
        while index < count {
            if self[index] == byte { return index }
            index &+= 1
        }
        return nil
    }

    /// Where a byte stands last, down to a position; eight bytes a step.
    @inline(__always)
    func lastIndex(of byte: UInt8, downTo start: Int) -> Int? {
        guard let bytes = UnsafeRawPointer(baseAddress) else { return nil }
        let pattern = UInt64(byte) &* 0x0101_0101_0101_0101
        var end = count
        while end &- start >= 8 {
            let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: end &- 8, as: UInt64.self)) ^ pattern
            // Without a borrow between bytes, so that each byte that is zero, and no other, sets its top bit.
            let zeros = ~(((word & 0x7F7F_7F7F_7F7F_7F7F) &+ 0x7F7F_7F7F_7F7F_7F7F) | word | 0x7F7F_7F7F_7F7F_7F7F)
            if zeros != 0 { return end &- 1 &- zeros.leadingZeroBitCount >> 3 }
            end &-= 8
        }
        while end > start {
            end &-= 1
            if self[end] == byte { return end }
        }
        return nil
    }

    /// The buffer's text; only for bytes already known to be UTF-8.
    @inline(__always)
    var text: String { String(decoding: self, as: UTF8.self) }
}
