/// Runs a closure over a collection's bytes, in place where the collection stores them contiguously.
@inline(__always)
func withBytes<R, Failure: Error>(
    of bytes: some Collection<UInt8>,
    _ body: (UnsafeBufferPointer<UInt8>) throws(Failure) -> R
) throws(Failure) -> R {
    // The closure's error travels in a Result: the standard library's `rethrows` forgets its type.
    let inPlace = bytes.withContiguousStorageIfAvailable { buffer in
        Result { () throws(Failure) -> R in try body(buffer) }
    }
    if let inPlace { return try inPlace.get() }
    return try ContiguousArray(bytes).withUnsafeBufferPointer { buffer in
        Result { () throws(Failure) -> R in try body(buffer) }
    }.get()
}

/// Runs a closure over a string's UTF-8, in place for every native string.
@inline(__always)
func withBytes<R, Failure: Error>(
    of text: String,
    _ body: (UnsafeBufferPointer<UInt8>) throws(Failure) -> R
) throws(Failure) -> R {
    let inPlace = text.utf8.withContiguousStorageIfAvailable { buffer in
        Result { () throws(Failure) -> R in try body(buffer) }
    }
    if let inPlace { return try inPlace.get() }
    return try ContiguousArray(text.utf8).withUnsafeBufferPointer { buffer in
        Result { () throws(Failure) -> R in try body(buffer) }
    }.get()
}

extension String {
    /// Whether two texts are the same bytes; `==` would be canonical equivalence and let a look-alike pass.
    @inline(__always)
    func hasSameBytes(as other: String) -> Bool {
        utf8.elementsEqual(other.utf8)
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
        text.utf8.count == count && text.utf8.elementsEqual(self)
    }

    /// The buffer's text; only for bytes already known to be UTF-8.
    @inline(__always)
    var text: String { String(decoding: self, as: UTF8.self) }
}
