import Foundation
import Testing

@testable import JOSE

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
            for length in [2, 3, 4, 6, 7, 8, 11, 12, 15, 16, 18, 31, 32, 47, 66] {
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

    @Test func `the processor's wide steps agree with the portable ones, and neither writes behind its text`() {
        for count in 0..<200 {
            let bytes = (0..<count).map { _ in UInt8.random(in: .min ... .max) }
            let room = Base64URL.encodedCount(count)
            let text = written(room) { target in
                bytes.withUnsafeBufferPointer { _ = Base64URL.encode($0, into: target) }
            }
            let portable = written(room) { target in
                bytes.withUnsafeBufferPointer { Base64URLBlock.encode($0, from: 0, into: target) }
            }
            #expect(text == portable)
            // As it is, then with one character that may be in the alphabet or not.
            for byte in [nil, UInt8(ascii: "!"), UInt8(ascii: "="), 0xC1, UInt8(ascii: "_")] where count > 0 {
                var text = text
                if let byte { text[Int.random(in: text.indices)] = byte }
                var isValid = (wide: false, portable: false)
                let wide = written(count) { target in
                    isValid.wide = text.withUnsafeBufferPointer { Base64URL.decode($0, into: target) }
                }
                let portable = written(count) { target in
                    isValid.portable = text.withUnsafeBufferPointer { Base64URLBlock.decode($0, into: target) }
                }
                #expect(isValid.wide == isValid.portable, "\(text)")
                if isValid.wide { #expect(wide == portable) }
                if byte == nil { #expect(isValid.wide && wide == bytes) }
            }
        }
    }

    /// What is written into memory of a size, once nothing is found behind it.
    private func written(_ count: Int, _ write: (UnsafeMutableBufferPointer<UInt8>) -> Void) -> [UInt8] {
        var memory = [UInt8](repeating: 0xA5, count: count + 64)
        memory.withUnsafeMutableBufferPointer { write(UnsafeMutableBufferPointer(rebasing: $0[..<count])) }
        #expect(memory[count...].allSatisfy { $0 == 0xA5 }, "something was written behind \(count) bytes")
        return Array(memory[..<count])
    }
}
