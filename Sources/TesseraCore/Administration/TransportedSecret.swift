public import Passwords

/// A secret inside a command: JSON on the socket, redacted everywhere else.
public struct TransportedSecret: Codable, Sendable {
    /// The secret.
    public let secret: Secret

    /// Wraps a secret.
    public init(_ secret: Secret) {
        self.secret = secret
    }

    /// Reads the value.
    public init(from decoder: any Decoder) throws {
        self.secret = Secret(try decoder.singleValueContainer().decode(String.self))
    }

    /// Writes the value.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(secret.revealed)
    }
}
