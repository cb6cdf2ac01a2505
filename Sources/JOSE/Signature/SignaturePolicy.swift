/// Which signatures of a JWS with several must hold.
///
/// Whoever carries a text can take signatures out of it. Where it matters who has signed, name the keys.
public enum SignaturePolicy: Sendable, Hashable {
    /// One signature of the set's keys is enough; others may be unknown or wrong.
    case any
    /// Every signature that is there must hold.
    case all
    /// Each of these keys, by `kid`, must have signed; other signatures may be unknown or wrong.
    case named([String])

    /// Checks what holds and what does not against the policy.
    ///
    /// - Throws: `JWTError` with the first fault, or with the name that has not signed.
    func require(_ verified: [JWS.VerifiedSignature], faults: [JWTError]) throws(JWTError) {
        switch self {
        case .any:
            if verified.isEmpty { throw faults.first ?? JWTError(.malformed) }
        case .all:
            if let fault = faults.first { throw fault }
        case .named(let names):
            // No name asked for would be no signature asked for.
            guard !names.isEmpty else { throw JWTError(.keyNotFound, expected: "the name of a key") }
            for name in names where !verified.contains(where: { $0.keyID.hasSameBytes(as: name) }) {
                throw JWTError(.signatureInvalid, expected: "a signature of \(name)")
            }
        }
        guard !verified.isEmpty else { throw JWTError(.malformed) }
    }
}
