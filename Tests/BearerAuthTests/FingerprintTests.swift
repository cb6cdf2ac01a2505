import Crypto
import JOSE
import Testing

@testable import BearerAuth

@Suite struct FingerprintTests {
    @Test(arguments: 0...130)
    func `an identifier's fingerprint is the first 16 bytes of its SHA-256, whatever its length`(count: Int) throws {
        for seed in [0, 1, 0x5A, 0xFF] {
            let identifier = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ seed) }
            let expected = Base64URL.encode(Array(SHA256.hash(data: identifier).prefix(16)))
            let fingerprint = identifier.withUnsafeBufferPointer { Fingerprint(of: $0) }
            #expect(fingerprint == (try #require(Fingerprint(entry: expected))))
        }
    }
}
