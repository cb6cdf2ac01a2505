/// A name of three bytes as one number: most names of headers and claims are told apart in one step by it.
struct Letters: Equatable {
    private let value: UInt32

    @inline(__always)
    init(_ text: StaticString) { self.init(text.utf8Start) }

    @inline(__always)
    fileprivate init(_ bytes: UnsafePointer<UInt8>) {
        value = UInt32(bytes[0]) | UInt32(bytes[1]) << 8 | UInt32(bytes[2]) << 16
    }

    @inline(__always)
    static func ~= (pattern: Letters, value: Letters?) -> Bool { value == pattern }
}

extension JSONScanner {
    /// A name's three bytes; nil for one of another length.
    @inline(__always)
    func letters(_ name: Text) -> Letters? {
        if name.isPlain {
            guard name.end &- name.start == 3, let base = source.baseAddress else { return nil }
            return Letters(base + name.start)
        }
        let bytes = Array(string(name).utf8)
        return bytes.count == 3 ? bytes.withUnsafeBufferPointer { $0.baseAddress.map(Letters.init) } : nil
    }
}
