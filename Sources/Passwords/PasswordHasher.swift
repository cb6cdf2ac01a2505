internal import CSodium

/// Makes and checks password hashes.
///
/// Each call takes tens of milliseconds and its memory: run it on a ``HashingQueue``.
public struct PasswordHasher: Sendable {
    /// KiB of memory a new hash needs.
    public let memory: Int
    /// How often a new hash passes over its memory.
    public let passes: Int

    /// A hasher with the parameters of new hashes: argon2id of one lane (OWASP's 19 MiB and two passes).
    ///
    /// - Parameters:
    ///   - memory: KiB, 8 to 262,144; other values are brought into that range.
    ///   - passes: 1 to 10; other values are brought into that range.
    public init(memory: Int = 19 * 1024, passes: Int = 2) {
        self.memory = min(max(memory, 8), Argon2.maximumMemory)
        self.passes = min(max(passes, 1), Argon2.maximumPasses)
    }

    /// Hashes the password's normal form with a new random salt.
    ///
    /// - Parameter password: What was typed; check it against the ``PasswordPolicy`` first.
    /// - Returns: An argon2id hash.
    /// - Throws: ``PasswordError`` with `password_too_long`, `contains_nul` or `hashing_failed` (no memory).
    public func hash(_ password: Password) throws(PasswordError) -> PasswordHash {
        guard !password.isTooLong else {
            throw PasswordError(.passwordTooLong, "over \(Password.maximumByteCount) bytes")
        }
        guard !password.containsNUL else { throw PasswordError(.containsNUL, "a password has no NUL") }
        Sodium.start()
        var text = [CChar](repeating: 0, count: Int(crypto_pwhash_strbytes()))
        let status = password.normalized.withCharacters { start, count in
            crypto_pwhash_str_alg(
                &text,
                start,
                UInt64(count),
                UInt64(passes),
                memory * 1024,
                crypto_pwhash_alg_argon2id13()
            )
        }
        guard status == 0 else { throw PasswordError(.hashingFailed, "argon2id found no memory") }
        let encoded = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return try PasswordHash(parsing: String(decoding: encoded, as: UTF8.self))
    }

    /// Whether the password is the one that was hashed, in its normal form or, for hashes that came from systems which
    /// do not normalise, exactly as typed.
    public func verify(_ password: Password, _ hash: PasswordHash) -> Bool {
        guard !password.isTooLong else { return false }
        return password.candidates.contains { candidate in
            switch hash.scheme {
            case .argon2(let argon2): argon2.verify(candidate)
            case .bcrypt(let bcrypt): bcrypt.verify(candidate)
            case .pbkdf2(let pbkdf2): pbkdf2.verify(candidate)
            case .scrypt(let scrypt): scrypt.verify(candidate)
            }
        }
    }

    /// Whether a log-in that has just verified should store a hash of its own making instead.
    public func needsRehash(_ hash: PasswordHash) -> Bool {
        guard case .argon2(let argon2) = hash.scheme, hash.encoded.hasPrefix("$") else { return true }
        return argon2.variant != .argon2id || argon2.memory != memory || argon2.passes != passes || argon2.lanes != 1
    }

    /// A hash of no password at all, to verify against when the user is unknown, so that the answer takes as long.
    ///
    /// - Returns: A hash with this hasher's own parameters.
    /// - Throws: ``PasswordError`` when libsodium has no memory.
    public func decoy() throws(PasswordError) -> PasswordHash {
        Sodium.start()
        var random = [UInt8](repeating: 0, count: 24)
        randombytes_buf(&random, random.count)
        let text = random.map { String($0, radix: 36) }.joined(separator: "-")
        return try hash(Password(text))
    }
}
