internal import Crypto
internal import FoundationEssentials

/// HMAC (RFC 2104) with the two halves of the key already hashed: a message costs its own blocks and one more.
private struct HMACStates<Hash: HashFunction & Sendable>: Sendable {
    private let inner: Hash
    private let outer: Hash

    init(_ secret: [UInt8]) {
        var block = secret.count > Hash.blockByteCount ? Array(Hash.hash(data: secret)) : secret
        block.append(contentsOf: repeatElement(0, count: Hash.blockByteCount - block.count))
        var inner = Hash()
        block.map { $0 ^ 0x36 }.withUnsafeBytes { inner.update(bufferPointer: $0) }
        var outer = Hash()
        block.map { $0 ^ 0x5C }.withUnsafeBytes { outer.update(bufferPointer: $0) }
        self.inner = inner
        self.outer = outer
    }

    @inline(__always)
    private func code(of message: UnsafeBufferPointer<UInt8>) -> Hash.Digest {
        var inner = self.inner
        inner.update(bufferPointer: UnsafeRawBufferPointer(message))
        var outer = self.outer
        withBytes(of: inner.finalize()) { outer.update(bufferPointer: $0) }
        return outer.finalize()
    }

    /// Runs a closure over a digest's bytes.
    ///
    /// A digest is its bytes. Its own method for them is generic and not specialised from outside of its module, which a
    /// verification is short enough to notice; it is asked all the same should a digest ever be more.
    @inline(__always)
    private func withBytes<R>(of digest: Hash.Digest, _ body: (UnsafeRawBufferPointer) -> R) -> R {
        guard MemoryLayout<Hash.Digest>.size == Hash.Digest.byteCount else { return digest.withUnsafeBytes(body) }
        return Swift.withUnsafeBytes(of: digest, body)
    }

    @inline(__always)
    func isValid(_ signature: UnsafeBufferPointer<UInt8>, for message: UnsafeBufferPointer<UInt8>) -> Bool {
        guard signature.count == Hash.Digest.byteCount else { return false }
        return withBytes(of: code(of: message)) { code in
            // All bytes are looked at, whichever differ.
            var difference: UInt8 = 0
            for index in 0..<code.count { difference |= code[index] ^ signature[index] }
            return difference == 0
        }
    }

    @inline(__always)
    func sign(_ message: UnsafeBufferPointer<UInt8>, into signature: UnsafeMutableBufferPointer<UInt8>) throws {
        try signature.fill(with: code(of: message))
    }
}

// Three classes and not one generic one: behind a protocol a generic class would look its hash up at every call.

/// HMAC with SHA-256.
final class HMACKey256: SignatureVerifying, SignatureMaking {
    private let states: HMACStates<SHA256>

    init(_ secret: [UInt8]) { states = HMACStates(secret) }

    var signatureByteCount: Int { SHA256.byteCount }

    func isValid(_ signature: UnsafeBufferPointer<UInt8>, for message: UnsafeBufferPointer<UInt8>) -> Bool {
        states.isValid(signature, for: message)
    }

    func sign(_ message: UnsafeBufferPointer<UInt8>, into signature: UnsafeMutableBufferPointer<UInt8>) throws {
        try states.sign(message, into: signature)
    }
}

/// HMAC with SHA-384.
final class HMACKey384: SignatureVerifying, SignatureMaking {
    private let states: HMACStates<SHA384>

    init(_ secret: [UInt8]) { states = HMACStates(secret) }

    var signatureByteCount: Int { SHA384.byteCount }

    func isValid(_ signature: UnsafeBufferPointer<UInt8>, for message: UnsafeBufferPointer<UInt8>) -> Bool {
        states.isValid(signature, for: message)
    }

    func sign(_ message: UnsafeBufferPointer<UInt8>, into signature: UnsafeMutableBufferPointer<UInt8>) throws {
        try states.sign(message, into: signature)
    }
}

/// HMAC with SHA-512.
final class HMACKey512: SignatureVerifying, SignatureMaking {
    private let states: HMACStates<SHA512>

    init(_ secret: [UInt8]) { states = HMACStates(secret) }

    var signatureByteCount: Int { SHA512.byteCount }

    func isValid(_ signature: UnsafeBufferPointer<UInt8>, for message: UnsafeBufferPointer<UInt8>) -> Bool {
        states.isValid(signature, for: message)
    }

    func sign(_ message: UnsafeBufferPointer<UInt8>, into signature: UnsafeMutableBufferPointer<UInt8>) throws {
        try states.sign(message, into: signature)
    }
}
