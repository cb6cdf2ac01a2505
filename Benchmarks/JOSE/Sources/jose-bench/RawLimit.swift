import Crypto
import Foundation
import JOSE

/// What HS256 cannot go under with swift-crypto: two hash states copied, the message hashed, nothing else.
struct RawLimit: Subject {
    private let inner: SHA256
    private let outer: SHA256
    private let message: [UInt8]
    private let code: [UInt8]

    init(_ fixture: Fixture) {
        let entry = fixture.algorithms["HS256"]
        self.init(secret: Base64URL.decode(entry?.secret ?? "") ?? [], token: entry?.token ?? "")
    }

    init(secret: [UInt8], token: String) {
        let block = secret + Array(repeating: 0, count: max(0, SHA256.blockByteCount - secret.count))
        inner = Self.state(block.map { $0 ^ 0x36 })
        outer = Self.state(block.map { $0 ^ 0x5C })
        (message, code) = token.signed
    }

    private static func state(_ block: [UInt8]) -> SHA256 {
        var hash = SHA256()
        hash.update(data: block)
        return hash
    }

    @inline(__always)
    private func withCode<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        var inner = self.inner
        message.withUnsafeBytes { inner.update(bufferPointer: $0) }
        var outer = self.outer
        inner.finalize().withUnsafeBytes { outer.update(bufferPointer: $0) }
        return try outer.finalize().withUnsafeBytes(body)
    }

    func verify() throws {
        let isSame = withCode { made in
            code.withUnsafeBytes { code in
                guard let made = made.baseAddress, let code = code.baseAddress else { return false }
                return memcmp(made, code, SHA256.byteCount) == 0
            }
        }
        guard isSame else { throw WrongAnswer() }
    }

    func sign() {
        if withCode({ $0.isEmpty }) { fatalError("no code") }
    }

    func operation(_ name: String, _ algorithm: String) -> Operation? {
        guard algorithm == "HS256" else { return nil }
        switch name {
        case "sign": return .plain { sign() }
        case "verify": return .plain { try verify() }
        default: return nil
        }
    }
}
