import JOSE

/// One key of a file, private or public, whatever it was written as.
struct KeyMaterial {
    let jwk: JWK
    /// Whether it was PEM.
    let isPEM: Bool

    /// The keys of a file, in order.
    static func all(in file: KeyFile, algorithm: SignatureAlgorithm?) throws(CommandFailure) -> [KeyMaterial] {
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
    private init(pem: String, algorithm: SignatureAlgorithm?) throws(CommandFailure) {
        let candidates: [SignatureAlgorithm] = algorithm.map { [$0] } ?? [.es256, .es384, .es512, .ed25519, .rs256]
        var reason: KeyError?
        for candidate in candidates {
            do throws(KeyError) {
                var members = try Self.jwk(pem, candidate).members
                for name in ["kid", "use"] { members[name] = nil }
                if algorithm == nil { members["alg"] = nil }
                self.init(jwk: JWK(members: members), isPEM: true)
                return
            } catch {
                reason = reason ?? error
            }
        }
        throw .usage("The PEM key cannot be used: \(reason.map { "\($0)" } ?? "no algorithm fits").")
    }

    private static func jwk(_ pem: String, _ algorithm: SignatureAlgorithm) throws(KeyError) -> JWK {
        do throws(KeyError) {
            return try SigningKey(pem: pem, algorithm: algorithm).jwk
        } catch {
            guard error.code == .wrongHalf else { throw error }
            return try VerifyingKey(pem: pem, algorithm: algorithm).jwk
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
        // An RSA key is the same bytes in PEM whichever algorithm it is meant for.
        let algorithm = impliedAlgorithm ?? .rs256
        do throws(KeyError) {
            let pem =
                isPrivate
                ? try SigningKey(jwk: jwk, algorithm: algorithm).pem
                : try VerifyingKey(jwk: jwk, algorithm: algorithm).pem
            if let pem { return pem.hasSuffix("\n") ? String(pem.dropLast()) : pem }
        } catch {
            throw .usage("The key cannot be written as PEM: \(error).")
        }
        throw .usage("The key cannot be written as PEM.")
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
