internal import Crypto
internal import CryptoExtras

/// PBKDF2 (RFC 8018) as passlib, Django and PHC strings spell it.
struct PBKDF2: Sendable, Hashable {
    /// The most HMACs one verification may cost: iterations, times the blocks of output.
    static let maximumWork = 2_000_000

    enum Digest: String, Sendable, Hashable {
        case sha1, sha256, sha512

        var byteCount: Int {
            switch self {
            case .sha1: 20
            case .sha256: 32
            case .sha512: 64
            }
        }
    }

    let digest: Digest
    let iterations: Int
    let salt: [UInt8]
    let key: [UInt8]

    /// Reads `$pbkdf2-sha256$29000$salt$hash` (passlib; plain `pbkdf2` is SHA-1) and `$pbkdf2-sha256$i=29000[,l=32]$…` (PHC).
    init(modular text: Substring) throws(PasswordError) {
        let fields = text.split(separator: "$", omittingEmptySubsequences: false)
        guard fields.count == 5, fields[0].isEmpty else {
            throw .malformed("pbkdf2 is $pbkdf2-sha256$iterations$salt$hash")
        }
        let digest: Digest? = fields[1] == "pbkdf2" ? .sha1 : Digest(rawValue: String(fields[1].dropFirst(7)))
        guard let digest else { throw PasswordError(.unsupportedScheme, "pbkdf2 with another digest") }
        let isPHC = fields[2].contains("=")
        var length: Int?
        let iterations: Int
        if isPHC, fields[2].contains(",") {
            let values = try HashFields.parameters(fields[2], ["i", "l"])
            (iterations, length) = (values[0], values[1])
        } else if isPHC {
            iterations = try HashFields.parameters(fields[2], ["i"])[0]
        } else {
            iterations = try HashFields.number(fields[2], "pbkdf2 iterations")
        }
        let alphabet: Base64Text.Alphabet = isPHC ? .standard : .adapted
        let salt = try HashFields.bytes(fields[3], "pbkdf2 salt", 0...1024, alphabet)
        let key = try HashFields.bytes(fields[4], "pbkdf2 hash", 16...64, alphabet)
        guard length == nil || length == key.count else { throw .malformed("pbkdf2 l is not the hash's length") }
        try self.init(digest: digest, iterations: iterations, salt: salt, key: key)
    }

    /// Reads Django's `pbkdf2_sha256$iterations$salt$base64`, whose salt is text.
    init(django text: Substring) throws(PasswordError) {
        let fields = text.split(separator: "$", omittingEmptySubsequences: false)
        guard fields.count == 4, let digest = Digest(rawValue: String(fields[0].dropFirst(7))) else {
            throw .malformed("Django's pbkdf2 is pbkdf2_sha256$iterations$salt$hash")
        }
        guard fields[2].utf8.count <= 1024 else { throw .malformed("pbkdf2 salt has over 1024 bytes") }
        try self.init(
            digest: digest,
            iterations: try HashFields.number(fields[1], "pbkdf2 iterations"),
            salt: Array(fields[2].utf8),
            key: try HashFields.bytes(fields[3], "pbkdf2 hash", 16...64)
        )
    }

    private init(digest: Digest, iterations: Int, salt: [UInt8], key: [UInt8]) throws(PasswordError) {
        // Each block of output costs all iterations again: a long output must not double the bound.
        let blocks = (key.count + digest.byteCount - 1) / digest.byteCount
        guard iterations >= 1, iterations <= Self.maximumWork / blocks else {
            throw .outOfBounds("pbkdf2 iterations", iterations, "1 to \(Self.maximumWork / blocks)")
        }
        (self.digest, self.iterations, self.salt, self.key) = (digest, iterations, salt, key)
    }

    func verify(_ password: Secret) -> Bool {
        let function: KDF.Insecure.PBKDF2.HashFunction =
            switch digest {
            case .sha1: .insecureSHA1
            case .sha256: .sha256
            case .sha512: .sha512
            }
        let derived = try? KDF.Insecure.PBKDF2.deriveKey(
            from: password.utf8,
            salt: salt,
            using: function,
            outputByteCount: key.count,
            unsafeUncheckedRounds: iterations
        )
        return derived?.withUnsafeBytes { ConstantTime.equal($0, key) } ?? false
    }
}
