internal import Crypto
internal import FoundationEssentials

// The context is the empty text (RFC 9964 §3): whom a signature is for stands in the header and in the claims.

/// Verifies ML-DSA-65 (FIPS 204, RFC 9964).
final class MLDSA65Verifier: SignatureVerifying {
    let signatureByteCount = MLDSASizes.mlDSA65.signature
    private let key: MLDSA65.PublicKey

    init(_ key: MLDSA65.PublicKey) { self.key = key }

    func isValid(_ signature: UnsafeBufferPointer<UInt8>, for message: UnsafeBufferPointer<UInt8>) -> Bool {
        guard signature.count == signatureByteCount else { return false }
        return key.isValidSignature(UnsafeRawBufferPointer(signature), for: UnsafeRawBufferPointer(message))
    }
}

/// Signs with ML-DSA-65 (FIPS 204, RFC 9964).
final class MLDSA65Signer: SignatureMaking {
    let signatureByteCount = MLDSASizes.mlDSA65.signature
    private let key: MLDSA65.PrivateKey

    init(_ key: MLDSA65.PrivateKey) { self.key = key }

    func sign(_ message: UnsafeBufferPointer<UInt8>, into signature: UnsafeMutableBufferPointer<UInt8>) throws {
        try signature.fill(with: key.signature(for: UnsafeRawBufferPointer(message)))
    }
}

/// Verifies ML-DSA-87 (FIPS 204, RFC 9964).
final class MLDSA87Verifier: SignatureVerifying {
    let signatureByteCount = MLDSASizes.mlDSA87.signature
    private let key: MLDSA87.PublicKey

    init(_ key: MLDSA87.PublicKey) { self.key = key }

    func isValid(_ signature: UnsafeBufferPointer<UInt8>, for message: UnsafeBufferPointer<UInt8>) -> Bool {
        guard signature.count == signatureByteCount else { return false }
        return key.isValidSignature(UnsafeRawBufferPointer(signature), for: UnsafeRawBufferPointer(message))
    }
}

/// Signs with ML-DSA-87 (FIPS 204, RFC 9964).
final class MLDSA87Signer: SignatureMaking {
    let signatureByteCount = MLDSASizes.mlDSA87.signature
    private let key: MLDSA87.PrivateKey

    init(_ key: MLDSA87.PrivateKey) { self.key = key }

    func sign(_ message: UnsafeBufferPointer<UInt8>, into signature: UnsafeMutableBufferPointer<UInt8>) throws {
        try signature.fill(with: key.signature(for: UnsafeRawBufferPointer(message)))
    }
}

/// How many bytes the parts of a parameter set have (FIPS 204, table 2).
struct MLDSASizes {
    let publicKey: Int
    let expandedKey: Int
    let signature: Int

    static let mlDSA65 = MLDSASizes(publicKey: 1952, expandedKey: 4032, signature: 3309)
    static let mlDSA87 = MLDSASizes(publicKey: 2592, expandedKey: 4896, signature: 4627)
    /// The seed of every parameter set.
    static let seed = 32
}
