import Crypto
import Foundation

/// The cryptography that an attacker brings along.
enum Attacker {
    static func hmac(_ message: [UInt8], secret: [UInt8]) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: message, using: SymmetricKey(data: secret)))
    }
}
