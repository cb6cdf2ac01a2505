internal import Crypto
internal import FoundationEssentials

extension KeyMaterial {
    /// Makes an ML-DSA key of a public key's bytes.
    ///
    /// - Throws: `KeyError` for bytes that are no such key, or another algorithm.
    init(mlDSA algorithm: SignatureAlgorithm, publicKey bytes: [UInt8]) throws(KeyError) {
        do {
            switch algorithm.kind {
            case .mlDSA65: self = .mlDSA65(try MLDSA65.PublicKey(rawRepresentation: bytes), nil)
            case .mlDSA87: self = .mlDSA87(try MLDSA87.PublicKey(rawRepresentation: bytes), nil)
            default: throw KeyError(.algorithmMismatch, "\(algorithm) is not ML-DSA")
            }
        } catch let error as KeyError {
            throw error
        } catch {
            throw KeyError(.invalid, "not a public key of \(algorithm)")
        }
    }

    /// Makes an ML-DSA key of a private key's seed.
    ///
    /// - Throws: `KeyError` for a seed of another length, or another algorithm.
    init(mlDSA algorithm: SignatureAlgorithm, seed: [UInt8]) throws(KeyError) {
        do {
            switch algorithm.kind {
            case .mlDSA65:
                let key = try MLDSA65.PrivateKey(seedRepresentation: seed, publicKey: nil)
                self = .mlDSA65(key.publicKey, key)
            case .mlDSA87:
                let key = try MLDSA87.PrivateKey(seedRepresentation: seed, publicKey: nil)
                self = .mlDSA87(key.publicKey, key)
            default: throw KeyError(.algorithmMismatch, "\(algorithm) is not ML-DSA")
            }
        } catch let error as KeyError {
            throw error
        } catch {
            throw KeyError(.invalid, "not a seed of \(algorithm): it has \(MLDSASizes.seed) bytes")
        }
    }

    /// The bytes of an ML-DSA public key; nil for another kind.
    var mlDSAPublicKey: [UInt8]? {
        switch self {
        case .mlDSA65(let key, _): Array(key.rawRepresentation)
        case .mlDSA87(let key, _): Array(key.rawRepresentation)
        default: nil
        }
    }

    /// Reads the members of an algorithm key pair (RFC 9964 §4), whose `alg` says what its bytes are.
    init(algorithmKeyPair members: JSONObject) throws(KeyError) {
        guard let name = members["alg"]?.stringValue else {
            throw KeyError(.malformed, "no \"alg\", which an AKP key must have")
        }
        let algorithm: SignatureAlgorithm
        let sizes: MLDSASizes
        switch SignatureAlgorithm(name)?.kind {
        case .mlDSA65: (algorithm, sizes) = (.mlDSA65, .mlDSA65)
        case .mlDSA87: (algorithm, sizes) = (.mlDSA87, .mlDSA87)
        default: throw KeyError(.unsupported, "an AKP key of another algorithm than ML-DSA-65 and ML-DSA-87")
        }
        let bytes = try Self.bytes("pub", in: members, count: sizes.publicKey)
        guard members["priv"] != nil else {
            try self.init(mlDSA: algorithm, publicKey: bytes)
            return
        }
        try self.init(mlDSA: algorithm, seed: Self.bytes("priv", in: members, count: MLDSASizes.seed))
        guard mlDSAPublicKey == bytes else { throw Self.notOfThisKey }
    }

    /// The members of an algorithm key pair; `alg` is one of them, and of the thumbprint (RFC 9964 §6).
    func algorithmKeyPair(_ publicKey: Data, seed: Data?) -> JSONObject {
        var members: JSONObject = ["kty": "AKP"]
        if let algorithm = algorithms.first { members["alg"] = .string(algorithm.name) }
        members["pub"] = .string(Base64URL.encode(publicKey))
        if let seed { members["priv"] = .string(Base64URL.encode(seed)) }
        return members
    }
}

extension KeyMaterial {
    /// Reads the inside of a PKCS#8 document (RFC 9881 §6): the seed, alone or with the expanded key.
    ///
    /// An expanded key is checked as far as it repeats the public one; it is the seed that signs.
    static func mlDSA(
        _ algorithm: SignatureAlgorithm,
        _ sizes: MLDSASizes,
        private der: [UInt8],
        publicKey: [UInt8]?
    ) throws(KeyError) -> KeyMaterial {
        var reader = DERReader(der)
        var expanded: [UInt8]?
        let seed: [UInt8]?
        switch reader.tag {
        case 0x80: seed = reader.element(0x80).map(Array.init)
        case 0x30:
            guard var both = reader.sequence() else { throw KeyError(.malformed, "not a key of \(algorithm)") }
            seed = both.octets()
            expanded = both.octets()
            guard expanded?.count == sizes.expandedKey, both.isEmpty else {
                throw KeyError(.malformed, "not a key of \(algorithm)")
            }
        case 0x04: throw KeyError(.unsupported, "a key of \(algorithm) without its seed")
        default: throw KeyError(.malformed, "not a key of \(algorithm)")
        }
        guard let seed, reader.isEmpty else { throw KeyError(.malformed, "not a key of \(algorithm)") }
        let material = try KeyMaterial(mlDSA: algorithm, seed: seed)
        let own = material.mlDSAPublicKey
        // Both begin with the 32 bytes that the matrix is made of.
        if let publicKey, publicKey != own { throw notOfThisKey }
        if let expanded, let own, !expanded.prefix(32).elementsEqual(own.prefix(32)) { throw notOfThisKey }
        return material
    }

    /// The key as PEM, which swift-crypto does not write: PKCS#8 with the seed alone, or SPKI (RFC 9881 §4, §6).
    static func mlDSAPEM(_ kind: KeyIdentifier, _ publicKey: Data, seed: Data?) -> String {
        let algorithm = DERWriter.sequence(DERWriter.element(0x06, kind.bytes))
        if let seed {
            let key = DERWriter.element(0x04, DERWriter.element(0x80, Array(seed)))
            return PEM.text("PRIVATE KEY", DERWriter.sequence(DERWriter.integer([0]), algorithm, key))
        }
        return PEM.text("PUBLIC KEY", DERWriter.sequence(algorithm, DERWriter.element(0x03, [0] + publicKey)))
    }
}
