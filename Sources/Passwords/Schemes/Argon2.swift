internal import CSodium

/// Argon2id and Argon2i (RFC 9106) in their PHC spelling, verified by libsodium.
///
/// libsodium makes hashes of one lane only, but verifies any number of them (it computes the lanes one after another).
struct Argon2: Sendable, Hashable {
    static let maximumMemory = 256 * 1024
    static let maximumPasses = 10
    static let maximumLanes = 4

    enum Variant: Sendable, Hashable { case argon2i, argon2id }

    let variant: Variant
    /// KiB.
    let memory: Int
    let passes: Int
    let lanes: Int
    /// The text libsodium reads.
    let phc: String

    init(phc: Substring) throws(PasswordError) {
        // "", variant, version, parameters, salt, tag
        let fields = phc.split(separator: "$", omittingEmptySubsequences: false)
        guard fields.count == 6, fields[0].isEmpty else {
            throw .malformed("argon2 is $argon2id$v=19$m=…,t=…,p=…$salt$hash")
        }
        variant = fields[1] == "argon2id" ? .argon2id : .argon2i
        guard fields[2] == "v=19" else {
            throw PasswordError(.unsupportedScheme, "argon2 of another version than 19 (0x13)")
        }
        let values = try HashFields.parameters(fields[3], ["m", "t", "p"])
        (memory, passes, lanes) = (values[0], values[1], values[2])
        guard (1...Self.maximumLanes).contains(lanes) else {
            throw .outOfBounds("argon2 p", lanes, "1 to \(Self.maximumLanes)")
        }
        guard (8 * lanes...Self.maximumMemory).contains(memory) else {
            throw .outOfBounds("argon2 m", memory, "\(8 * lanes) to \(Self.maximumMemory) KiB")
        }
        guard (1...Self.maximumPasses).contains(passes) else {
            throw .outOfBounds("argon2 t", passes, "1 to \(Self.maximumPasses)")
        }
        _ = try HashFields.bytes(fields[4], "argon2 salt", 8...64)
        _ = try HashFields.bytes(fields[5], "argon2 hash", 16...64)
        self.phc = String(phc)
    }

    func verify(_ password: Secret) -> Bool {
        Sodium.start()
        return password.withCharacters { start, count in
            switch variant {
            case .argon2id: crypto_pwhash_argon2id_str_verify(phc, start, UInt64(count)) == 0
            case .argon2i: crypto_pwhash_argon2i_str_verify(phc, start, UInt64(count)) == 0
            }
        }
    }
}

/// libsodium's start, which it wants before its first use and bears any number of times.
enum Sodium {
    private static let started = sodium_init() >= 0

    static func start() {
        precondition(started, "libsodium cannot find a source of randomness")
    }
}
