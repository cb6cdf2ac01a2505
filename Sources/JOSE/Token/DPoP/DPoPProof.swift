/// What a DPoP proof that holds says (RFC 9449 §4.2).
///
/// Only ``DPoPVerifier`` makes one.
public struct DPoPProof: Sendable {
    /// The RFC 7638 thumbprint of the key that signed: what `cnf.jkt` of a token for it must be (RFC 9449 §6.1).
    public let thumbprint: String
    /// The algorithm of that key.
    public let algorithm: SignatureAlgorithm
    /// `jti`: the proof's own name.
    public let id: String
    /// `iat`, in seconds since 1970.
    public let issuedAt: Int64
    /// All claims.
    public let claims: JSONObject
}

/// A proof taken apart, with the key that it brings along; nothing in it is trusted before the signature holds.
///
/// This is the one place where a token's own `jwk` is looked at.
struct PresentedProof {
    let key: VerifyingKey
    let claims: JSONObject

    /// The `typ` of a proof.
    static let type = "dpop+jwt"
    /// How many bytes a proof may have; an ML-DSA-87 key and signature fit.
    static let maximumSize = 16 << 10

    /// Takes a proof apart and checks its header and its signature (RFC 9449 §4.3, 2 to 7).
    ///
    /// No algorithm may be symmetric.
    init(_ text: String, algorithms: [SignatureAlgorithm]) throws(JWTError) {
        (key, claims) = try withBytes(of: text) { (text) throws(JWTError) -> (VerifyingKey, JSONObject) in
            guard text.count <= Self.maximumSize else {
                throw JWTError(
                    .proofInvalid,
                    expected: "at most \(Self.maximumSize) bytes",
                    received: "\(text.count) bytes"
                )
            }
            guard let parts = CompactJWS(text), let rawHeader = parts.header(in: text),
                let rawPayload = parts.payload(in: text)
            else { throw JWTError(.proofInvalid, expected: "one compact JWS") }
            let header = try Self.object(rawHeader, JWSHeader.limits)
            let key = try Self.key(of: header, algorithms)
            do throws(JWTError) {
                try parts.requireSignature(of: key.verifier, in: text)
            } catch {
                throw JWTError(.proofInvalid, expected: "a signature of the key in \"jwk\"")
            }
            return (key, try Self.object(rawPayload, .default))
        }
    }

    private static func object(_ bytes: [UInt8], _ limits: JSONLimits) throws(JWTError) -> JSONObject {
        do throws(JSONError) {
            return try JSONObject(parsing: bytes, limits: limits)
        } catch {
            throw JWTError(.proofInvalid, expected: "a JSON object", received: error.description)
        }
    }

    private static func key(
        of header: JSONObject,
        _ algorithms: [SignatureAlgorithm]
    ) throws(JWTError) -> VerifyingKey {
        for name in ["crit", "b64"] where header[name] != nil {
            throw JWTError(.proofInvalid, claim: name, expected: "absent")
        }
        let type = header["typ"]?.stringValue
        guard let type, type.hasSameBytes(as: Self.type) else {
            throw JWTError(.proofInvalid, claim: "typ", expected: Self.type, received: type)
        }
        let name = header["alg"]?.stringValue
        guard let algorithm = name.flatMap(SignatureAlgorithm.init), algorithms.contains(algorithm) else {
            let expected = algorithms.map(\.name).joined(separator: " ")
            throw JWTError(.proofInvalid, claim: "alg", expected: expected, received: name)
        }
        guard let members = header["jwk"]?.objectValue else {
            throw JWTError(.proofInvalid, claim: "jwk", expected: "a public key")
        }
        let jwk = JWK(members: members)
        guard !JWK.everyPrivateName.contains(where: { members[$0] != nil }) else {
            throw JWTError(.proofInvalid, claim: "jwk", expected: "a public key", received: "a private key")
        }
        do throws(KeyError) {
            return try VerifyingKey(jwk: jwk, algorithm: algorithm)
        } catch {
            throw JWTError(.proofInvalid, claim: "jwk", expected: "a key for \(algorithm)", received: error.reason)
        }
    }
}
