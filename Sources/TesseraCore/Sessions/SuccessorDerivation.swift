internal import Crypto

/// Derives a refresh token's successor from the token itself, so that a repeated request gets the same answer.
///
/// The secret is HMAC-SHA256(HKDF(master key, `tessera/refresh-successor/v1`), salt ‖ counter ‖ parent), cut to
/// 16 bytes. Losing the master key ends such repeats and nothing else.
public struct SuccessorDerivation: Sendable {
    /// The hash that has read the key and nothing else, to be copied.
    private let keyed: HMAC<SHA256>

    /// Derives the key from the master key.
    init(masterKey: SymmetricKey) {
        let key = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: masterKey,
            info: Array("tessera/refresh-successor/v1".utf8),
            outputByteCount: 32
        )
        self.keyed = HMAC(key: key)
    }

    /// The one successor of a token in a session with the given salt; nil once the counter is used up.
    public func successor(of parent: RefreshToken, salt: [UInt8]) -> RefreshToken? {
        let (counter, overflow) = parent.counter.addingReportingOverflow(1)
        if overflow { return nil }
        var hash = keyed
        hash.update(data: salt + RefreshToken.bigEndian(counter) + parent.bytes)
        return RefreshToken(handle: parent.handle, counter: counter, secret: Array(Array(hash.finalize())[..<16]))
    }
}
