/// Binds a JWK's numbers to one algorithm, after its own members have had their say.
enum KeyBinding {
    /// What a key is wanted for, as `key_ops` spells it.
    enum Operation: String {
        case sign, verify
    }

    /// The algorithm to bind a key to: the one it names, or the caller's where it names none.
    static func algorithm(
        of jwk: JWK,
        material: KeyMaterial,
        wanted: SignatureAlgorithm?
    ) throws(KeyError) -> SignatureAlgorithm {
        guard let named = try algorithmNamed(by: jwk) else {
            guard let wanted else {
                let fitting = material.algorithms.map(\.name).joined(separator: ", ")
                throw KeyError(.algorithmRequired, "the key names no algorithm; name one that fits it: \(fitting)")
            }
            try material.require(wanted)
            return wanted
        }
        if let wanted, wanted != named {
            throw KeyError(.algorithmMismatch, "the key is for \(named), not \(wanted)")
        }
        try material.require(named)
        return named
    }

    /// The algorithm that a key's `alg` names; nil where there is no `alg`.
    static func algorithmNamed(by jwk: JWK) throws(KeyError) -> SignatureAlgorithm? {
        guard let member = jwk.members["alg"] else { return nil }
        guard let name = member.stringValue else { throw KeyError(.malformed, "\"alg\" is not a string") }
        guard let algorithm = SignatureAlgorithm(name) else {
            throw KeyError(.algorithmMismatch, "\"alg\" is no signature algorithm of this library")
        }
        return algorithm
    }

    /// Checks `use`, `key_ops` and `kid` (RFC 7517 §4.2 to §4.5).
    static func requireUse(of jwk: JWK, for operation: Operation) throws(KeyError) {
        // The public half of a key that may sign may verify.
        let allowed: [Operation] = operation == .verify && jwk.isPrivate ? [.verify, .sign] : [operation]
        try requireUse(of: jwk, "sig", for: "signatures", oneOf: allowed.map(\.rawValue))
    }

    /// Checks that `use`, where it is there, is the one wanted, and that `key_ops` has one of some operations.
    static func requireUse(
        of jwk: JWK,
        _ wanted: String,
        for purpose: String,
        oneOf allowed: [String]
    ) throws(KeyError) {
        if let member = jwk.members["kid"], member.stringValue == nil {
            throw KeyError(.malformed, "\"kid\" is not a string")
        }
        if let member = jwk.members["use"] {
            guard let use = member.stringValue else { throw KeyError(.malformed, "\"use\" is not a string") }
            guard use.hasSameBytes(as: wanted) else {
                throw KeyError(.useNotAllowed, "\"use\" is not \"\(wanted)\": the key is not for \(purpose)")
            }
        }
        guard let member = jwk.members["key_ops"] else { return }
        guard let operations = member.stringsValue, Set(operations).count == operations.count else {
            throw KeyError(.malformed, "\"key_ops\" is not a list of different strings")
        }
        guard operations.contains(where: { name in allowed.contains { name.hasSameBytes(as: $0) } }) else {
            throw KeyError(.useNotAllowed, "\"key_ops\" does not allow the key to \(allowed[0])")
        }
    }
}
