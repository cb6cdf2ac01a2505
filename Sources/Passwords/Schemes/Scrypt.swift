internal import CSodium

/// scrypt (RFC 7914) as passlib and Django spell it, verified by libsodium.
struct Scrypt: Sendable, Hashable {
    /// Bytes of `128 · N · r`.
    static let maximumMemory = 256 * 1024 * 1024
    /// Bytes mixed in all lanes together: what the time grows with.
    static let maximumWork = 1024 * 1024 * 1024

    let cost: Int
    let blockSize: Int
    let lanes: Int
    let salt: [UInt8]
    let key: [UInt8]

    /// Reads passlib's `$scrypt$ln=16,r=8,p=1$salt$hash`.
    init(modular text: Substring) throws(PasswordError) {
        let fields = text.split(separator: "$", omittingEmptySubsequences: false)
        guard fields.count == 5, fields[0].isEmpty else { throw .malformed("scrypt is $scrypt$ln=…,r=…,p=…$salt$hash") }
        let values = try HashFields.parameters(fields[2], ["ln", "r", "p"])
        guard (1...21).contains(values[0]) else { throw .outOfBounds("scrypt ln", values[0], "1 to 21") }
        try self.init(
            cost: 1 << values[0],
            blockSize: values[1],
            lanes: values[2],
            salt: try HashFields.bytes(fields[3], "scrypt salt", 0...1024),
            key: try HashFields.bytes(fields[4], "scrypt hash", 16...64)
        )
    }

    /// Reads Django's `scrypt$N$salt$r$p$base64`, whose salt is text.
    init(django text: Substring) throws(PasswordError) {
        let fields = text.split(separator: "$", omittingEmptySubsequences: false)
        guard fields.count == 6 else { throw .malformed("Django's scrypt is scrypt$N$salt$r$p$hash") }
        guard fields[2].utf8.count <= 1024 else { throw .malformed("scrypt salt has over 1024 bytes") }
        try self.init(
            cost: try HashFields.number(fields[1], "scrypt N"),
            blockSize: try HashFields.number(fields[3], "scrypt r"),
            lanes: try HashFields.number(fields[4], "scrypt p"),
            salt: Array(fields[2].utf8),
            key: try HashFields.bytes(fields[5], "scrypt hash", 16...64)
        )
    }

    private init(cost: Int, blockSize: Int, lanes: Int, salt: [UInt8], key: [UInt8]) throws(PasswordError) {
        guard cost >= 2, cost & (cost - 1) == 0 else { throw .malformed("scrypt N is not a power of two") }
        guard (1...64).contains(blockSize) else { throw .outOfBounds("scrypt r", blockSize, "1 to 64") }
        guard (1...16).contains(lanes) else { throw .outOfBounds("scrypt p", lanes, "1 to 16") }
        guard cost <= Self.maximumMemory / (128 * blockSize) else {
            throw .outOfBounds("scrypt N", cost, "128·N·r up to \(Self.maximumMemory) bytes")
        }
        guard cost <= Self.maximumWork / (128 * blockSize * lanes) else {
            throw .outOfBounds("scrypt N", cost, "128·N·r·p up to \(Self.maximumWork) bytes")
        }
        (self.cost, self.blockSize, self.lanes, self.salt, self.key) = (cost, blockSize, lanes, salt, key)
    }

    func verify(_ password: Secret) -> Bool {
        Sodium.start()
        var derived = [UInt8](repeating: 0, count: key.count)
        let status = password.withCharacters { start, count in
            crypto_pwhash_scryptsalsa208sha256_ll(
                UnsafeRawPointer(start).assumingMemoryBound(to: UInt8.self),
                count,
                salt,
                salt.count,
                UInt64(cost),
                UInt32(blockSize),
                UInt32(lanes),
                &derived,
                derived.count
            )
        }
        return status == 0 && ConstantTime.equal(derived, key)
    }
}
