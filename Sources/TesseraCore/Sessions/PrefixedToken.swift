internal import JOSE

/// The spelling of Tessera's opaque secrets: a prefix, 32 bytes as 43 base64url characters, and 6 of checksum, so that
/// a secret scanner finds a leaked one and a mistyped one is refused without a look-up.
public enum PrefixedToken: String, Sendable {
    /// A refresh token.
    case refreshToken = "tsr_"
    /// A client's secret.
    case clientSecret = "tcs_"

    /// How many bytes one carries.
    public static let byteCount = 32

    /// The text for 32 bytes.
    public func text(for bytes: [UInt8]) -> String {
        let body = rawValue + Base64URL.encode(bytes)
        return body + Self.checksum(of: body)
    }

    /// The 32 bytes of a text, or nil where it is not spelled exactly so.
    public func bytes(of characters: [UInt8]) -> [UInt8]? {
        guard characters.count == 53, characters.starts(with: rawValue.utf8),
            let body = String(validating: characters[..<47], as: UTF8.self),
            Self.checksum(of: body).utf8.elementsEqual(characters[47...]),
            let bytes = Base64URL.decode(String(body.dropFirst(4))), bytes.count == Self.byteCount
        else { return nil }
        return bytes
    }

    /// CRC-32 (IEEE 802.3) of the text before it, as 6 base64url characters.
    static func checksum(of text: String) -> String {
        var crc: UInt32 = 0xFFFF_FFFF
        for byte in text.utf8 { crc = crc >> 8 ^ remainders[Int(UInt8(truncatingIfNeeded: crc) ^ byte)] }
        crc = ~crc
        return Base64URL.encode([24, 16, 8, 0].map { UInt8(truncatingIfNeeded: crc >> $0) })
    }

    /// What each byte leaves of the division.
    private static let remainders: [UInt32] = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte)) { crc, _ in crc >> 1 ^ (crc & 1 == 1 ? 0xEDB8_8320 : 0) }
    }
}
