internal import Crypto
internal import FoundationEssentials

/// What an Ed25519 public key must be before it is used.
///
/// The cryptographic library looks at the length alone. A key of low order takes signatures that anybody can find: its
/// share of the equation is one of eight points, whatever the message.
enum Ed25519Checks {
    /// Makes a public key of bytes that are a canonical point of the full order.
    ///
    /// - Throws: `KeyError` `weak` for a point of low order, `invalid` for what is no key.
    static func key(_ bytes: [UInt8]) throws(KeyError) -> Curve25519.Signing.PublicKey {
        guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: bytes), let last = bytes.last else {
            throw KeyError(.invalid, "not an Ed25519 key")
        }
        // The top bit is the sign of x; the rest is y, little-endian.
        let y = bytes.dropLast() + [last & 0x7F]
        guard isReduced(y) else { throw KeyError(.invalid, "not an Ed25519 key: its y is not reduced") }
        guard !lowOrder.contains(where: y.elementsEqual) else {
            throw KeyError(.weak, "an Ed25519 key of low order: anybody could sign for it")
        }
        return key
    }

    /// Whether y is below p = 2²⁵⁵ − 19 (RFC 8032 §5.1.3).
    private static func isReduced(_ y: ArraySlice<UInt8>) -> Bool {
        guard let low = y.first, low >= 0xED, y.last == 0x7F else { return true }
        return !y.dropFirst().dropLast().allSatisfy { $0 == 0xFF }
    }

    /// The y of the eight points whose order divides eight: 0 and ±1, and the two of order eight.
    private static let lowOrder: [[UInt8]] = [
        [UInt8](repeating: 0, count: 32),
        [1] + [UInt8](repeating: 0, count: 31),
        [0xEC] + [UInt8](repeating: 0xFF, count: 30) + [0x7F],
        [
            0x26, 0xE8, 0x95, 0x8F, 0xC2, 0xB2, 0x27, 0xB0, 0x45, 0xC3, 0xF4, 0x89, 0xF2, 0xEF, 0x98, 0xF0,
            0xD5, 0xDF, 0xAC, 0x05, 0xD3, 0xC6, 0x33, 0x39, 0xB1, 0x38, 0x02, 0x88, 0x6D, 0x53, 0xFC, 0x05,
        ],
        [
            0xC7, 0x17, 0x6A, 0x70, 0x3D, 0x4D, 0xD8, 0x4F, 0xBA, 0x3C, 0x0B, 0x76, 0x0D, 0x10, 0x67, 0x0F,
            0x2A, 0x20, 0x53, 0xFA, 0x2C, 0x39, 0xCC, 0xC6, 0x4E, 0xC7, 0xFD, 0x77, 0x92, 0xAC, 0x03, 0x7A,
        ],
    ]
}
