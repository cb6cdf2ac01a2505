/// The parameters of a key that is marked for RSASSA-PSS (RFC 4055 §3.1).
enum RSAPSSParameters {
    /// The algorithms that a key's parameters leave it, from what follows its object identifier.
    ///
    /// Without parameters a key is for any hash; with them for one, and its salts are at least as long as they say.
    /// A JWS has salts as long as the hash (RFC 7518 §3.5).
    ///
    /// - Throws: `KeyError` where the parameters are malformed or leave no algorithm of this library.
    static func algorithms(_ rest: DERReader) throws(KeyError) -> [SignatureAlgorithm] {
        guard !rest.isEmpty else { return [.ps256, .ps384, .ps512] }
        var rest = rest
        guard var parameters = rest.sequence(), rest.isEmpty else { throw malformed }
        // What is left out is SHA-1 and a salt of 20 bytes.
        var hash: [UInt8]?
        var maskHash: [UInt8]?
        var saltByteCount: [UInt8] = [20]
        if parameters.tag == 0xA0 {
            guard var field = parameters.explicit(0xA0) else { throw malformed }
            hash = try identifier(&field)
        }
        if parameters.tag == 0xA1 {
            guard var field = parameters.explicit(0xA1), var generator = field.sequence(), field.isEmpty,
                generator.objectIdentifier() == maskGeneration
            else { throw malformed }
            maskHash = try identifier(&generator)
        }
        if parameters.tag == 0xA2 {
            guard var field = parameters.explicit(0xA2), let count = field.integer(), field.isEmpty else {
                throw malformed
            }
            saltByteCount = count
        }
        if parameters.tag == 0xA3 {
            guard var field = parameters.explicit(0xA3), field.integer() == [1], field.isEmpty else { throw malformed }
        }
        guard parameters.isEmpty else { throw malformed }
        for (algorithm, identifier, size) in hashes where hash == identifier && maskHash == identifier {
            if saltByteCount.count == 1, let count = saltByteCount.first, count <= size { return [algorithm] }
        }
        throw KeyError(.unsupported, "an RSASSA-PSS key whose hash and salt no PS algorithm has")
    }

    private static var malformed: KeyError { KeyError(.malformed, "an RSASSA-PSS key of malformed parameters") }

    /// Takes an AlgorithmIdentifier of a hash, which has no parameters or NULL.
    private static func identifier(_ reader: inout DERReader) throws(KeyError) -> [UInt8] {
        guard var sequence = reader.sequence(), reader.isEmpty, let identifier = sequence.objectIdentifier(),
            sequence.isEmpty || (sequence.element(0x05)?.isEmpty == true && sequence.isEmpty)
        else { throw malformed }
        return identifier
    }

    /// The identifier id-mgf1.
    private static let maskGeneration: [UInt8] = [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x08]

    private static let hashes: [(SignatureAlgorithm, [UInt8], UInt8)] = [
        (.ps256, [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01], 32),
        (.ps384, [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02], 48),
        (.ps512, [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x03], 64),
    ]
}
