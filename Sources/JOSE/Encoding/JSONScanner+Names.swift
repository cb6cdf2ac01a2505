// The names of the objects that are open, kept so that one that is repeated is found.

extension JSONScanner {
    /// Notes a name of the object that is open, or fails where it was there before.
    ///
    /// Only where a name of its kind came by are the names compared.
    @inline(__always)
    mutating func remember(_ name: Text, _ kind: UInt64, of members: inout Members) throws(JSONError) {
        guard nameCount &- members.outer < limits.members else { throw JSONError(.tooManyMembers, at: name.start) }
        if members.seen & kind != 0 { try requireNew(name, since: members.outer) }
        members.seen |= kind
        if nameCount < scratch.count {
            scratch.initializeElement(at: nameCount, to: name)
        } else {
            spill.append(name)
        }
        nameCount &+= 1
    }

    /// One bit of 64, made of a plain name's first eight bytes and its length.
    @inline(__always)
    func kind(of name: Text) -> UInt64 {
        guard let bytes = source.baseAddress else { return .max }
        let count = name.end &- name.start
        let address = UnsafeRawPointer(bytes + name.start)
        var word: UInt64
        if source.count &- name.start >= 8 {
            word = UInt64(littleEndian: address.loadUnaligned(as: UInt64.self))
            if count < 8 { word &= (1 &<< UInt64(8 &* count)) &- 1 }
        } else {
            word = UInt64(reading: count, bytesAt: address)
        }
        return Self.kind(word, count: count)
    }

    @inline(__always)
    static func kind(_ word: UInt64, count: Int) -> UInt64 {
        // A number found by trial, with which no two of the usual claims and header parameters are of one kind.
        1 &<< (((word &+ UInt64(truncatingIfNeeded: count)) &* 0xA3C9_3118_B838_359B) &>> 58)
    }

    private func requireNew(_ name: Text, since outer: Int) throws(JSONError) {
        for index in outer..<nameCount {
            let other = index < scratch.count ? scratch[index] : spill[index &- scratch.count]
            if isSame(other, name) { throw JSONError(.repeatedMember, at: name.start) }
        }
    }

    mutating func forgetNames(since outer: Int) {
        nameCount = outer
        let kept = max(outer &- scratch.count, 0)
        if spill.count > kept { spill.removeLast(spill.count &- kept) }
    }

    private func isSame(_ left: Text, _ right: Text) -> Bool {
        if left.isPlain, right.isPlain {
            guard left.end &- left.start == right.end &- right.start else { return false }
            return source.slice(left.start..<left.end).equals(source.slice(right.start..<right.end))
        }
        return string(left).hasSameBytes(as: string(right))
    }

    /// Whether a scanned string is exactly this one, byte for byte.
    func isSame(_ text: Text, _ other: String) -> Bool {
        if text.isPlain { return source.slice(text.start..<text.end).equals(other) }
        return string(text).hasSameBytes(as: other)
    }

    /// Whether a scanned string is exactly this ASCII text.
    @inline(__always)
    func matches(_ text: Text, _ literal: StaticString) -> Bool {
        if text.isPlain { return source.slice(text.start..<text.end).equals(literal) }
        return string(text).utf8.elementsEqual(
            UnsafeBufferPointer(start: literal.utf8Start, count: literal.utf8CodeUnitCount)
        )
    }
}
