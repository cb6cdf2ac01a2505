internal import Crypto
internal import FoundationEssentials

/// Verifies Ed25519 (RFC 8032, RFC 8037).
final class Ed25519Verifier: SignatureVerifying {
    let signatureByteCount = 64
    private let key: Curve25519.Signing.PublicKey

    init(_ key: Curve25519.Signing.PublicKey) { self.key = key }

    func isValid(_ signature: UnsafeBufferPointer<UInt8>, for message: UnsafeBufferPointer<UInt8>) -> Bool {
        guard signature.count == signatureByteCount else { return false }
        return key.isValidSignature(UnsafeRawBufferPointer(signature), for: UnsafeRawBufferPointer(message))
    }
}

/// Signs with Ed25519 (RFC 8032, RFC 8037).
final class Ed25519Signer: SignatureMaking {
    let signatureByteCount = 64
    private let key: Curve25519.Signing.PrivateKey

    init(_ key: Curve25519.Signing.PrivateKey) { self.key = key }

    func sign(_ message: UnsafeBufferPointer<UInt8>, into signature: UnsafeMutableBufferPointer<UInt8>) throws {
        try signature.fill(with: key.signature(for: UnsafeRawBufferPointer(message)))
    }
}
