/// Writes the few DER elements that keys and signatures are made of.
enum DERWriter {
    /// An element of a tag and its contents; contents of 64 KiB and more are none this library writes.
    static func element(_ tag: UInt8, _ contents: [UInt8]) -> [UInt8] {
        let count = contents.count
        let high = UInt8(truncatingIfNeeded: count >> 8)
        let low = UInt8(truncatingIfNeeded: count)
        let length: [UInt8] =
            switch count {
            case ..<0x80: [low]
            case ..<0x100: [0x81, low]
            default: [0x82, high, low]
            }
        return [tag] + length + contents
    }

    /// A SEQUENCE of elements already written.
    static func sequence(_ elements: [UInt8]...) -> [UInt8] { element(0x30, Array(elements.joined())) }

    /// An INTEGER of big-endian bytes, not negative.
    static func integer(_ digits: some Collection<UInt8>) -> [UInt8] {
        let significant = Array(digits.drop { $0 == 0 })
        guard let first = significant.first else { return element(0x02, [0]) }
        return element(0x02, first < 0x80 ? significant : [0] + significant)
    }
}
