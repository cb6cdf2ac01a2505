internal import CSodium
internal import CXCrypt
internal import Crypto

/// bcrypt of another system, verified by libxcrypt.
///
/// Tessera makes none: bcrypt ignores what follows byte 72.
struct Bcrypt: Sendable, Hashable {
    static let costs = 4...14
    /// bcrypt's own limit.
    ///
    /// Other libraries cut silently, so that two long passwords would be one (Okta, October 2024).
    static let maximumPasswordByteCount = 72

    enum Input: Sendable, Hashable {
        /// The password's bytes.
        case password
        /// The lower-case hexadecimal SHA-256 of them, as Django's `bcrypt_sha256` does.
        case hexadecimalSHA256
    }

    let input: Input
    let cost: Int
    let modular: String

    init(_ modular: Substring, input: Input = .password) throws(PasswordError) {
        let bytes = Array(modular.utf8)
        guard bytes.count == 60, bytes[3] == UInt8(ascii: "$"), bytes[6] == UInt8(ascii: "$") else {
            throw .malformed("bcrypt has 60 characters: $2b$cost$salt and hash")
        }
        guard [UInt8(ascii: "a"), UInt8(ascii: "b"), UInt8(ascii: "y")].contains(bytes[2]) else {
            throw PasswordError(.unsupportedScheme, "bcrypt of another kind than $2a$, $2b$ and $2y$")
        }
        guard bytes[4...5].allSatisfy({ (0x30...0x39).contains($0) }), bytes[7...].allSatisfy(Self.isDigit) else {
            throw .malformed("bcrypt cost, salt or hash has a foreign character")
        }
        cost = Int(bytes[4] - 0x30) * 10 + Int(bytes[5] - 0x30)
        guard Self.costs.contains(cost) else {
            throw .outOfBounds("bcrypt cost", cost, "\(Self.costs.lowerBound) to \(Self.costs.upperBound)")
        }
        self.input = input
        self.modular = String(modular)
    }

    func verify(_ password: Secret) -> Bool {
        switch input {
        case .password:
            return password.withBytes { matches(Array($0)) }
        case .hexadecimalSHA256:
            return password.withBytes { matches(SHA256.hash(data: $0).flatMap(Self.hexadecimal)) }
        }
    }

    private func matches(_ phrase: [UInt8]) -> Bool {
        guard phrase.count <= Self.maximumPasswordByteCount, !phrase.contains(0) else { return false }
        // 32 KiB of working memory with traces of the password: off the stack, and wiped.
        let data = UnsafeMutablePointer<crypt_data>.allocate(capacity: 1)
        data.initialize(to: crypt_data())
        var text = phrase.map { CChar(bitPattern: $0) } + [0]
        defer {
            sodium_memzero(data, MemoryLayout<crypt_data>.size)
            data.deallocate()
            text.withUnsafeMutableBytes { sodium_memzero($0.baseAddress, $0.count) }
        }
        guard let answer = crypt_r(text, modular, data) else { return false }
        let computed = Array(String(cString: answer).utf8)
        // The salt's last digit carries four idle bits which libxcrypt clears and others did not: the hash decides.
        return computed.count == 60 && ConstantTime.equal(computed.suffix(31), Array(modular.utf8).suffix(31))
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }

    private static func hexadecimal(_ byte: UInt8) -> [UInt8] {
        [byte >> 4, byte & 0xF].map { $0 < 10 ? $0 + UInt8(ascii: "0") : $0 - 10 + UInt8(ascii: "a") }
    }
}
