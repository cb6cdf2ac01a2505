internal import Crypto
internal import CryptoExtras
internal import FoundationEssentials

extension KeyMaterial {
    /// Reads and checks the numbers of a JWK.
    init(jwk: JWK) throws(KeyError) {
        let members = jwk.members
        switch KeyType(exactly: jwk.keyType) {
        case .oct:
            self = try .secret(checked: Self.bytes("k", in: members))
        case .ec:
            try self.init(ellipticCurve: members)
        case .okp where members["crv"]?.stringValue?.hasSameBytes(as: "X25519") == true:
            try self.init(x25519: members)
        case .okp:
            guard let curve = members["crv"]?.stringValue, curve.hasSameBytes(as: "Ed25519") else {
                throw KeyError(.unsupported, "an OKP key of another curve than Ed25519 or X25519")
            }
            let x = try Self.bytes("x", in: members, count: 32)
            let key = try Ed25519Checks.key(x)
            guard members["d"] != nil else {
                self = .ed25519(key, nil)
                return
            }
            let d = try Self.bytes("d", in: members, count: 32)
            guard let secret = try? Curve25519.Signing.PrivateKey(rawRepresentation: d),
                secret.publicKey.rawRepresentation.elementsEqual(x)
            else { throw Self.notOfThisKey }
            self = .ed25519(key, secret)
        case .akp:
            try self.init(algorithmKeyPair: members)
        case .rsa:
            try self.init(rsa: members)
        case nil:
            throw KeyError(.unsupported, jwk.keyType.isEmpty ? "no \"kty\"" : "a \"kty\" this library does not know")
        }
    }

    private init(ellipticCurve members: JSONObject) throws(KeyError) {
        guard let curve = members["crv"]?.stringValue else { throw KeyError(.malformed, "no \"crv\"") }
        let sizes = [("P-256", 32), ("P-384", 48), ("P-521", 66)]
        guard let size = sizes.first(where: { $0.0.hasSameBytes(as: curve) })?.1 else {
            throw KeyError(.unsupported, "an EC curve this library does not know")
        }
        let point = try [4] + Self.bytes("x", in: members, count: size) + Self.bytes("y", in: members, count: size)
        let d = members["d"] == nil ? nil : try Self.bytes("d", in: members, count: size)
        // swift-crypto checks that the point is on the curve and that d is in range.
        do {
            switch size {
            case 32:
                let secret = try d.map { try P256.Signing.PrivateKey(rawRepresentation: $0) }
                let key = try P256.Signing.PublicKey(x963Representation: point)
                self = .p256(key, secret)
                if let secret, !secret.publicKey.x963Representation.elementsEqual(point) { throw Self.notOfThisKey }
            case 48:
                let secret = try d.map { try P384.Signing.PrivateKey(rawRepresentation: $0) }
                let key = try P384.Signing.PublicKey(x963Representation: point)
                self = .p384(key, secret)
                if let secret, !secret.publicKey.x963Representation.elementsEqual(point) { throw Self.notOfThisKey }
            default:
                let secret = try d.map { try P521.Signing.PrivateKey(rawRepresentation: $0) }
                let key = try P521.Signing.PublicKey(x963Representation: point)
                self = .p521(key, secret)
                if let secret, !secret.publicKey.x963Representation.elementsEqual(point) { throw Self.notOfThisKey }
            }
        } catch let error as KeyError {
            throw error
        } catch {
            throw KeyError(.invalid, "not a point of the curve, or not a private key of it")
        }
    }

    private init(rsa members: JSONObject) throws(KeyError) {
        let n = try Self.integer("n", in: members)
        let e = try Self.integer("e", in: members)
        try RSAChecks.requireSound(modulus: n, exponent: e)
        guard let key = try? _RSA.Signing.PublicKey(n: n, e: e) else { throw KeyError(.invalid, "not an RSA key") }
        guard members["d"] != nil else {
            self = .rsa(key, nil)
            return
        }
        guard members["oth"] == nil else { throw KeyError(.unsupported, "an RSA key of more than two primes") }
        let d = try Self.integer("d", in: members)
        let secret: _RSA.Signing.PrivateKey?
        if members["p"] != nil || members["q"] != nil {
            let p = try Self.integer("p", in: members)
            let q = try Self.integer("q", in: members)
            // BoringSSL checks that n = p·q and that d inverts e.
            secret = try? _RSA.Signing.PrivateKey(n: n, e: e, d: d, p: p, q: q)
        } else {
            secret = try? _RSA.Signing.PrivateKey._createFromNumbers(n: n, e: e, d: d)
        }
        guard let secret else { throw Self.notOfThisKey }
        let numbers = try RSANumbers(secret)
        for (name, value) in [("dp", numbers.dp), ("dq", numbers.dq), ("qi", numbers.qi)] where members[name] != nil {
            guard try Self.integer(name, in: members) == value else { throw Self.notOfThisKey }
        }
        self = .rsa(key, secret)
    }

    static var notOfThisKey: KeyError { KeyError(.invalid, "the private part does not belong to this key") }

    static func bytes(_ name: String, in members: JSONObject, count: Int? = nil) throws(KeyError) -> [UInt8] {
        guard let text = members[name]?.stringValue else { throw KeyError(.malformed, "no \"\(name)\"") }
        guard let bytes = Base64URL.decode(text) else { throw KeyError(.malformed, "\"\(name)\" is not base64url") }
        if let count, bytes.count != count {
            throw KeyError(.invalid, "\"\(name)\" has \(bytes.count) bytes, not \(count)")
        }
        return bytes
    }

    /// A Base64urlUInt; leading zeros, which some issuers write, are dropped.
    private static func integer(_ name: String, in members: JSONObject) throws(KeyError) -> [UInt8] {
        let digits = try bytes(name, in: members).drop { $0 == 0 }
        guard !digits.isEmpty else { throw KeyError(.invalid, "\"\(name)\" is zero") }
        return Array(digits)
    }

    // MARK: - Out

    /// The JWK members of these numbers, `kty` first.
    func members(private wantsPrivate: Bool) -> JSONObject {
        func text(_ bytes: some Collection<UInt8>) -> JSONValue { .string(Base64URL.encode(bytes)) }
        func curve(_ name: String, point: Data, d: Data?) -> JSONObject {
            let size = (point.count - 1) / 2
            var members: JSONObject = ["kty": "EC", "crv": .string(name)]
            members["x"] = text(point.dropFirst().prefix(size))
            members["y"] = text(point.suffix(size))
            if wantsPrivate, let d { members["d"] = text(d) }
            return members
        }
        switch self {
        case .secret(let bytes): return ["kty": "oct", "k": text(bytes)]
        case .p256(let key, let d): return curve("P-256", point: key.x963Representation, d: d?.rawRepresentation)
        case .p384(let key, let d): return curve("P-384", point: key.x963Representation, d: d?.rawRepresentation)
        case .p521(let key, let d): return curve("P-521", point: key.x963Representation, d: d?.rawRepresentation)
        case .ed25519(let key, let secret):
            var members: JSONObject = ["kty": "OKP", "crv": "Ed25519", "x": text(key.rawRepresentation)]
            if wantsPrivate, let secret { members["d"] = text(secret.rawRepresentation) }
            return members
        case .x25519(let key, let secret):
            var members: JSONObject = ["kty": "OKP", "crv": "X25519", "x": text(key.rawRepresentation)]
            if wantsPrivate, let secret { members["d"] = text(secret.rawRepresentation) }
            return members
        case .mlDSA65(let key, let secret):
            return algorithmKeyPair(key.rawRepresentation, seed: wantsPrivate ? secret?.seedRepresentation : nil)
        case .mlDSA87(let key, let secret):
            return algorithmKeyPair(key.rawRepresentation, seed: wantsPrivate ? secret?.seedRepresentation : nil)
        case .rsa(let key, let secret):
            var members: JSONObject = ["kty": "RSA"]
            if let numbers = try? key.getKeyPrimitives() {
                members["n"] = text(numbers.modulus.drop { $0 == 0 })
                members["e"] = text(numbers.publicExponent.drop { $0 == 0 })
            }
            if wantsPrivate, let secret, let numbers = try? RSANumbers(secret) {
                members["d"] = text(numbers.d)
                members["p"] = text(numbers.p)
                members["q"] = text(numbers.q)
                members["dp"] = text(numbers.dp)
                members["dq"] = text(numbers.dq)
                members["qi"] = text(numbers.qi)
            }
            return members
        }
    }
}
