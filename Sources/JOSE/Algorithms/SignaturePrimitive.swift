internal import Crypto
internal import FoundationEssentials

/// Checks signatures of one algorithm with one key.
///
/// A class, so that the hot path passes one reference around.
protocol SignatureVerifying: AnyObject, Sendable {
    /// How many bytes every signature has.
    var signatureByteCount: Int { get }
    /// Whether a signature over a message is this key's.
    ///
    /// Never traps, whatever the bytes.
    func isValid(_ signature: UnsafeBufferPointer<UInt8>, for message: UnsafeBufferPointer<UInt8>) -> Bool
}

/// Makes signatures of one algorithm with one key.
protocol SignatureMaking: AnyObject, Sendable {
    /// How many bytes every signature has.
    var signatureByteCount: Int { get }
    /// Writes the signature over a message into a buffer of exactly ``signatureByteCount`` bytes.
    func sign(_ message: UnsafeBufferPointer<UInt8>, into signature: UnsafeMutableBufferPointer<UInt8>) throws
}

/// The cryptographic library made a signature of another length than the algorithm has.
struct UnexpectedSignature: Error {}

extension UnsafeMutableBufferPointer<UInt8> {
    /// Takes a signature's bytes over, which must fill the buffer.
    @inline(__always)
    func fill(with signature: some ContiguousBytes) throws {
        try signature.withUnsafeBytes { bytes in
            guard bytes.count == count else { throw UnexpectedSignature() }
            UnsafeMutableRawBufferPointer(self).copyMemory(from: bytes)
        }
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// The hash of the bytes, read in place.
    @inline(__always)
    func hashed<Hash: HashFunction>(by hash: Hash.Type) -> Hash.Digest {
        var hash = Hash()
        hash.update(bufferPointer: UnsafeRawBufferPointer(self))
        return hash.finalize()
    }
}

extension KeyMaterial {
    /// What verifies with these numbers; the algorithm has been found to fit them.
    func verifier(for algorithm: SignatureAlgorithm) throws(KeyError) -> any SignatureVerifying {
        switch (self, algorithm.kind) {
        case (.secret(let bytes), .hs256): return HMACKey256(bytes)
        case (.secret(let bytes), .hs384): return HMACKey384(bytes)
        case (.secret(let bytes), .hs512): return HMACKey512(bytes)
        case (.p256(let key, _), .es256): return P256Verifier(key)
        case (.p384(let key, _), .es384): return P384Verifier(key)
        case (.p521(let key, _), .es512): return P521Verifier(key)
        case (.ed25519(let key, _), .ed25519): return Ed25519Verifier(key)
        case (.mlDSA65(let key, _), .mlDSA65): return MLDSA65Verifier(key)
        case (.mlDSA87(let key, _), .mlDSA87): return MLDSA87Verifier(key)
        case (.rsa(let key, _), _):
            guard let scheme = RSAScheme(algorithm) else { break }
            return RSAVerifier(key, scheme)
        default: break
        }
        throw KeyError(.algorithmMismatch, "\(algorithm) does not fit \(summary)")
    }

    /// What signs with these numbers; the algorithm has been found to fit them.
    func signer(for algorithm: SignatureAlgorithm) throws(KeyError) -> any SignatureMaking {
        switch (self, algorithm.kind) {
        case (.secret(let bytes), .hs256): return HMACKey256(bytes)
        case (.secret(let bytes), .hs384): return HMACKey384(bytes)
        case (.secret(let bytes), .hs512): return HMACKey512(bytes)
        case (.p256(_, let key?), .es256): return P256Signer(key)
        case (.p384(_, let key?), .es384): return P384Signer(key)
        case (.p521(_, let key?), .es512): return P521Signer(key)
        case (.ed25519(_, let key?), .ed25519): return Ed25519Signer(key)
        case (.mlDSA65(_, let key?), .mlDSA65): return MLDSA65Signer(key)
        case (.mlDSA87(_, let key?), .mlDSA87): return MLDSA87Signer(key)
        case (.rsa(_, let key?), _):
            guard let scheme = RSAScheme(algorithm) else { break }
            return RSASigner(key, scheme)
        default: break
        }
        guard isPrivate else { throw KeyError(.wrongHalf, "a public key cannot sign") }
        throw KeyError(.algorithmMismatch, "\(algorithm) does not fit \(summary)")
    }
}
