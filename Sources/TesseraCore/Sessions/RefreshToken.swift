internal import Crypto
public import Passwords

/// An opaque refresh token: a session's handle, a counter and a secret.
public struct RefreshToken: Sendable {
    /// The 12 bytes that find the session.
    public let handle: [UInt8]
    /// How many rotations came before it.
    public let counter: UInt32
    /// The 16 secret bytes.
    private let secret: [UInt8]

    /// Makes a token from its parts: 12 bytes, a counter, 16 bytes.
    public init(handle: [UInt8], counter: UInt32, secret: [UInt8]) {
        self.handle = handle
        self.counter = counter
        self.secret = secret
    }

    /// Reads a token's text; nil where it is not one of ours.
    public init?(_ text: Secret) {
        guard let bytes = PrefixedToken.refreshToken.bytes(of: text.utf8) else { return nil }
        self.handle = Array(bytes[0..<12])
        self.counter = bytes[12..<16].reduce(0) { $0 << 8 | UInt32($1) }
        self.secret = Array(bytes[16...])
    }

    /// The token's 32 bytes.
    var bytes: [UInt8] { handle + Self.bigEndian(counter) + secret }

    /// The text that the client keeps.
    public var text: Secret { Secret(PrefixedToken.refreshToken.text(for: bytes)) }

    /// SHA-256 of its bytes: all that is stored of it.
    public var digest: [UInt8] { Array(SHA256.hash(data: bytes)) }

    /// Whether it is the token that a stored digest was made of; takes the same time either way.
    public func matches(_ digest: [UInt8]) -> Bool {
        constantTimeEqual(self.digest, digest)
    }

    static func bigEndian(_ value: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
    }
}

/// Whether two byte strings are equal, in a time that depends on their lengths alone.
func constantTimeEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    guard left.count == right.count else { return false }
    return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
}
