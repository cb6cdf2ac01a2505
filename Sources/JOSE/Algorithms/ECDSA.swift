internal import Crypto
internal import FoundationEssentials

/// What an ECDSA signature of RFC 7518 §3.4 looks like before any arithmetic: r and s, each of the curve's size.
enum ECDSASignatureShape {
    /// Whether a signature has exactly this many bytes and neither r nor s is zero (CVE-2022-21449).
    static func isSound(_ signature: UnsafeBufferPointer<UInt8>, count: Int) -> Bool {
        guard signature.count == count else { return false }
        return signature[..<(count / 2)].contains { $0 != 0 } && signature[(count / 2)...].contains { $0 != 0 }
    }
}

/// Verifies ECDSA over P-256 with SHA256.
final class P256Verifier: SignatureVerifying {
    let signatureByteCount = 64
    private let key: P256.Signing.PublicKey

    init(_ key: P256.Signing.PublicKey) { self.key = key }

    func isValid(_ signature: UnsafeBufferPointer<UInt8>, for message: UnsafeBufferPointer<UInt8>) -> Bool {
        guard ECDSASignatureShape.isSound(signature, count: signatureByteCount),
            let signature = try? P256.Signing.ECDSASignature(rawRepresentation: UnsafeRawBufferPointer(signature))
        else { return false }
        return key.isValidSignature(signature, for: message.hashed(by: SHA256.self))
    }
}

/// Signs with ECDSA over P-256 with SHA256.
final class P256Signer: SignatureMaking {
    let signatureByteCount = 64
    private let key: P256.Signing.PrivateKey

    init(_ key: P256.Signing.PrivateKey) { self.key = key }

    func sign(_ message: UnsafeBufferPointer<UInt8>, into signature: UnsafeMutableBufferPointer<UInt8>) throws {
        try signature.fill(with: key.signature(for: message.hashed(by: SHA256.self)))
    }
}

/// Verifies ECDSA over P-384 with SHA384.
final class P384Verifier: SignatureVerifying {
    let signatureByteCount = 96
    private let key: P384.Signing.PublicKey

    init(_ key: P384.Signing.PublicKey) { self.key = key }

    func isValid(_ signature: UnsafeBufferPointer<UInt8>, for message: UnsafeBufferPointer<UInt8>) -> Bool {
        guard ECDSASignatureShape.isSound(signature, count: signatureByteCount),
            let signature = try? P384.Signing.ECDSASignature(rawRepresentation: UnsafeRawBufferPointer(signature))
        else { return false }
        return key.isValidSignature(signature, for: message.hashed(by: SHA384.self))
    }
}

/// Signs with ECDSA over P-384 with SHA384.
final class P384Signer: SignatureMaking {
    let signatureByteCount = 96
    private let key: P384.Signing.PrivateKey

    init(_ key: P384.Signing.PrivateKey) { self.key = key }

    func sign(_ message: UnsafeBufferPointer<UInt8>, into signature: UnsafeMutableBufferPointer<UInt8>) throws {
        try signature.fill(with: key.signature(for: message.hashed(by: SHA384.self)))
    }
}

/// Verifies ECDSA over P-521 with SHA512.
final class P521Verifier: SignatureVerifying {
    let signatureByteCount = 132
    private let key: P521.Signing.PublicKey

    init(_ key: P521.Signing.PublicKey) { self.key = key }

    func isValid(_ signature: UnsafeBufferPointer<UInt8>, for message: UnsafeBufferPointer<UInt8>) -> Bool {
        guard ECDSASignatureShape.isSound(signature, count: signatureByteCount),
            let signature = try? P521.Signing.ECDSASignature(rawRepresentation: UnsafeRawBufferPointer(signature))
        else { return false }
        return key.isValidSignature(signature, for: message.hashed(by: SHA512.self))
    }
}

/// Signs with ECDSA over P-521 with SHA512.
final class P521Signer: SignatureMaking {
    let signatureByteCount = 132
    private let key: P521.Signing.PrivateKey

    init(_ key: P521.Signing.PrivateKey) { self.key = key }

    func sign(_ message: UnsafeBufferPointer<UInt8>, into signature: UnsafeMutableBufferPointer<UInt8>) throws {
        try signature.fill(with: key.signature(for: message.hashed(by: SHA512.self)))
    }
}
