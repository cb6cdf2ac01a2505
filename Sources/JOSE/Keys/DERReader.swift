/// Reads the few DER elements that key documents are made of.
struct DERReader {
    private var bytes: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { self.bytes = bytes[...] }
    private init(slice: ArraySlice<UInt8>) { bytes = slice }

    /// The tag of the next element; nil at the end.
    var tag: UInt8? { bytes.first }

    /// Whether nothing is left.
    var isEmpty: Bool { bytes.isEmpty }

    /// Takes the next element's contents if it has this tag and its length is written as shortly as DER asks.
    mutating func element(_ tag: UInt8) -> ArraySlice<UInt8>? {
        guard bytes.first == tag else { return nil }
        var rest = bytes.dropFirst()
        guard let first = rest.popFirst() else { return nil }
        var length = Int(first)
        if first >= 0x80 {
            // Two length bytes hold any key this library reads.
            let count = Int(first & 0x7F)
            guard (1...2).contains(count), rest.count >= count else { return nil }
            length = rest.prefix(count).reduce(0) { $0 << 8 | Int($1) }
            guard length >= (count == 1 ? 0x80 : 0x100) else { return nil }
            rest = rest.dropFirst(count)
        }
        guard rest.count >= length else { return nil }
        bytes = rest.dropFirst(length)
        return rest.prefix(length)
    }

    /// Takes a SEQUENCE.
    mutating func sequence() -> DERReader? { element(0x30).map(DERReader.init(slice:)) }

    /// Takes a non-negative INTEGER, without leading zeros; zero has one byte.
    mutating func integer() -> [UInt8]? {
        guard let digits = element(0x02), let first = digits.first, first < 0x80 else { return nil }
        let significant = digits.drop { $0 == 0 }
        return significant.isEmpty ? [0] : Array(significant)
    }

    /// Takes the next element whole, its tag and length with it, if it has this tag.
    mutating func whole(_ tag: UInt8) -> [UInt8]? {
        let start = bytes
        guard element(tag) != nil else { return nil }
        return Array(start.prefix(start.count - bytes.count))
    }

    /// Takes an element that holds others: a context's explicit tag.
    mutating func explicit(_ tag: UInt8) -> DERReader? { element(tag).map(DERReader.init(slice:)) }

    /// Takes a BIT STRING of whole bytes.
    mutating func bits() -> [UInt8]? {
        guard let contents = element(0x03), contents.first == 0 else { return nil }
        return Array(contents.dropFirst())
    }

    /// Takes an OCTET STRING.
    mutating func octets() -> [UInt8]? { element(0x04).map(Array.init) }

    /// Takes an OBJECT IDENTIFIER, as its bytes.
    mutating func objectIdentifier() -> [UInt8]? { element(0x06).map(Array.init) }
}
