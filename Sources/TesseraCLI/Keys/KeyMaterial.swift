import JOSE

/// One key of a file, private or public, whatever it was written as.
struct KeyMaterial {
    let jwk: JWK
    /// Whether it was PEM.
    let isPEM: Bool

    /// The keys of a file, in order.
    static func all(in file: KeyFile, algorithm: KeyAlgorithm?) throws(CommandFailure) -> [KeyMaterial] {
        switch file {
        case .key(let jwk): return [KeyMaterial(jwk: jwk, isPEM: false)]
        case .set(let keys): return keys.map { KeyMaterial(jwk: $0, isPEM: false) }
        case .pem(let text): return [try KeyMaterial(pem: text, algorithm: algorithm)]
        }
    }

    init(jwk: JWK, isPEM: Bool = false) {
        self.jwk = jwk
        self.isPEM = isPEM
    }

    /// PEM does not say for which algorithm a key is, and neither does the JWK unless the command line did.
    private init(pem: String, algorithm: KeyAlgorithm?) throws(CommandFailure) {
        do throws(KeyError) {
            let jwk = try JWK(pem: pem, algorithm: algorithm?.signature)
            guard case .encryption(let wanted) = algorithm else {
                self.init(jwk: jwk, isPEM: true)
                return
            }
            let bound =
                jwk.isPrivate
                ? try DecryptionKey(jwk: jwk, algorithm: wanted).jwk
                : try EncryptionKey(jwk: jwk, algorithm: wanted).jwk
            var members = bound.members
            for name in ["kid", "use"] { members[name] = nil }
            self.init(jwk: JWK(members: members), isPEM: true)
        } catch {
            throw .usage("The PEM key cannot be used: \(error).")
        }
    }

    /// The one key of a file.
    static func only(in path: String, algorithm: KeyAlgorithm? = nil) throws(CommandFailure) -> KeyMaterial {
        let keys = try all(in: KeyFile(reading: path), algorithm: algorithm)
        guard let key = keys.first, keys.count == 1 else {
            throw .usage("\(path) holds \(keys.count) keys; give a file that holds one.")
        }
        return key
    }

    /// The one key of a file, to sign with.
    static func signingKey(in path: String, algorithm: SignatureAlgorithm?) throws(CommandFailure) -> SigningKey {
        let material = try only(in: path, algorithm: algorithm.map(KeyAlgorithm.signature))
        guard let algorithm = algorithm ?? material.impliedAlgorithm else {
            throw .usage("\(path) does not say for which algorithm it is: give --algorithm.")
        }
        return try usable(path, "sign") { () throws(KeyError) in
            try SigningKey(jwk: material.jwk, algorithm: algorithm)
        }
    }

    /// Takes a key, or says what it cannot do.
    static func usable<Key>(
        _ path: String,
        _ verb: String,
        _ take: () throws(KeyError) -> Key
    ) throws(CommandFailure) -> Key {
        do throws(KeyError) {
            return try take()
        } catch {
            throw .usage("\(path) cannot \(verb): \(error).")
        }
    }

    /// Whether one key serves both to sign and to verify.
    var isSymmetric: Bool { jwk.keyType == "oct" }

    /// Whether it holds a private half.
    var isPrivate: Bool { !isSymmetric && jwk.isPrivate }

    /// The key without its private half.
    func publicHalf() throws(CommandFailure) -> KeyMaterial {
        guard !isSymmetric else { throw .usage("A symmetric key has no public half: all of it is secret.") }
        guard let half = jwk.publicJWK else { throw .usage("A key of type \"\(jwk.keyType)\" is not known here.") }
        return KeyMaterial(jwk: half, isPEM: isPEM)
    }

    /// The algorithm it signs with when it says so itself, or when its curve leaves no choice.
    var impliedAlgorithm: SignatureAlgorithm? {
        if let name = jwk.algorithm { return SignatureAlgorithm(name) }
        switch jwk.members["crv"]?.stringValue {
        case "P-256": return .es256
        case "P-384": return .es384
        case "P-521": return .es512
        case "Ed25519": return .ed25519
        default: return nil
        }
    }

    /// PKCS#8 for a private key, SPKI for a public one.
    func pem() throws(CommandFailure) -> String {
        guard !isSymmetric else { throw .usage("A symmetric key cannot be written as PEM; keep it as a JWK.") }
        do throws(KeyError) {
            let pem = try jwk.pem()
            return pem.hasSuffix("\n") ? String(pem.dropLast()) : pem
        } catch {
            throw .usage("The key cannot be written as PEM: \(error).")
        }
    }

    /// The RFC 7638 thumbprint.
    func thumbprint() throws(CommandFailure) -> String {
        do {
            return try jwk.thumbprint()
        } catch {
            throw .usage("The key has no thumbprint: \(error).")
        }
    }
}
