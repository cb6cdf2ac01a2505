internal import Crypto
internal import JOSE

/// What a feed says instead of an identifier: the first 16 bytes of its SHA-256.
struct Fingerprint: Hashable, Sendable {
    private let first: UInt64
    private let second: UInt64

    /// Hashes an identifier's bytes.
    init(of identifier: UnsafeBufferPointer<UInt8>) {
        if let prefix = OneBlockSHA256.prefix(of: identifier) {
            (first, second) = prefix
            return
        }
        var hash = SHA256()
        hash.update(bufferPointer: UnsafeRawBufferPointer(identifier))
        (first, second) = hash.finalize().withUnsafeBytes { digest in
            (
                digest.loadUnaligned(fromByteOffset: 0, as: UInt64.self),
                digest.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
            )
        }
    }

    /// Reads an entry of a feed; nil for what is not 16 bytes of strict base64url.
    init?(entry: String) {
        guard let bytes = Base64URL.decode(entry), bytes.count == 16 else { return nil }
        (first, second) = bytes.withUnsafeBytes { bytes in
            (
                bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self),
                bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
            )
        }
    }
}
