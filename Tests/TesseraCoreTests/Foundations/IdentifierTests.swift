import TesseraCore
import Testing

@Suite struct IdentifierTests {
    /// Bytes whose base64url begins with a hyphen, an underscore, or a letter.
    private struct Fixed: RandomSource {
        let first: UInt8

        func bytes(_ count: Int) -> [UInt8] { [first] + Array(repeating: 0x5A, count: count - 1) }
    }

    @Test(arguments: [UInt8(0xF8), 0xF9, 0xFA, 0xFB])
    func `no identifier begins with a hyphen, which the command line would read as a flag`(first: UInt8) {
        let identifier = Fixed(first: first).identifier()
        #expect(!identifier.hasPrefix("-"))
        #expect(identifier.utf8.count == 22)
    }

    @Test func `any other identifier is its bytes`() {
        #expect(Fixed(first: 0xFC).identifier().hasPrefix("_"))
        #expect(Fixed(first: 0x00).identifier().hasPrefix("A"))
    }
}
