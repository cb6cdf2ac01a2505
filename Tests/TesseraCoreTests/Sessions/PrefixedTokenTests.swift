import Passwords
import Testing

@testable import TesseraCore

struct PrefixedTokenTests {
    let bytes = [UInt8](0..<32)

    @Test func `a refresh token is tsr_, 43 characters and 6 of checksum`() {
        let text = PrefixedToken.refreshToken.text(for: bytes)
        #expect(text.hasPrefix("tsr_"))
        #expect(text.utf8.count == 4 + 43 + 6)
        #expect(PrefixedToken.refreshToken.bytes(of: Array(text.utf8)) == bytes)
    }

    @Test func `a token of another kind is not taken`() {
        let text = PrefixedToken.clientSecret.text(for: bytes)
        #expect(PrefixedToken.refreshToken.bytes(of: Array(text.utf8)) == nil)
    }

    @Test func `a token with any one character changed is refused`() {
        let characters = Array(PrefixedToken.refreshToken.text(for: bytes).utf8)
        for index in characters.indices {
            var changed = characters
            changed[index] = changed[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            #expect(PrefixedToken.refreshToken.bytes(of: changed) == nil, "position \(index)")
        }
    }

    @Test(arguments: ["", "tsr_", "tsr_ÿ", String(repeating: "tsr_", count: 100)])
    func `a text of another length is refused`(_ text: String) {
        #expect(RefreshToken(Secret(text)) == nil)
    }

    @Test func `a refresh token survives its text`() throws {
        let token = RefreshToken(handle: Array(0..<12), counter: 0xDEAD_BEEF, secret: Array(0..<16))
        let read = try #require(RefreshToken(token.text))
        #expect(read.counter == 0xDEAD_BEEF)
        #expect(read.digest == token.digest)
        #expect("\(token.text)" == "<redacted>")
    }
}
