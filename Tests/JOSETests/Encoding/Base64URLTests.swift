import Foundation
import JOSE
import Testing

@Suite struct `Base64url` {
    @Test func `agrees with Foundation on every length`() throws {
        for count in 0..<300 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 151 &+ count) }
            let expected = Data(bytes).base64EncodedString()
                .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
            #expect(Base64URL.encode(bytes) == expected)
            #expect(Base64URL.decode(expected) == bytes)
            #expect(Base64URL.decode(Array(expected.utf8)) == bytes)
        }
    }

    @Test func `every character outside the alphabet is refused, at every place`() {
        let alphabet = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
        for byte in UInt8.min...UInt8.max {
            for length in [2, 3, 4, 6, 7, 8, 11, 12, 15, 16, 18, 31, 32, 47] {
                for place in 0..<length {
                    var text = Array(repeating: UInt8(ascii: "A"), count: length)
                    text[place] = byte
                    if !alphabet.contains(byte) { #expect(Base64URL.decode(text) == nil) }
                }
            }
        }
    }

    @Test func `one spelling: trailing bits, padding and impossible lengths are refused`() {
        #expect(Base64URL.decode("AA") == [0])
        for text in ["AB", "AP", "A_", "AAB", "AAD", "AA==", "AAA=", "A", "AAAAA", "AA A", " AA", "AA\n"] {
            #expect(Base64URL.decode(text) == nil, "\(text)")
        }
        var spellings = 0
        for last in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_" {
            spellings += Base64URL.decode("A\(last)") == nil ? 0 : 1
        }
        #expect(spellings == 4)
    }

    @Test func `the last character has no bits left over, whatever the length`() {
        for length in 1..<70 {
            let text = String(repeating: "A", count: length - 1)
            let last = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
            let spellings = last.count { Base64URL.decode(text + String($0)) != nil }
            #expect(spellings == [64, 0, 4, 16][length % 4], "\(length) characters")
        }
    }

    @Test func `the empty text is no bytes`() {
        #expect(Base64URL.decode("") == [])
        #expect(Base64URL.encode([]) == "")
    }
}
