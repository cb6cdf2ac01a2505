internal import Crypto
internal import Passwords

/// A client's secret: 256 random bits, stored as their SHA-256.
enum ClientSecret {
    /// A new secret.
    static func generate(_ random: any RandomSource) -> Secret {
        Secret(PrefixedToken.clientSecret.text(for: random.bytes(PrefixedToken.byteCount)))
    }

    /// What is stored of it.
    static func digest(of secret: Secret) -> [UInt8] {
        Array(SHA256.hash(data: secret.utf8))
    }
}
