internal import Crypto

/// Derives a refresh token's successor from the token itself, so that a repeated request gets the same answer.
///
/// The secret is HMAC-SHA256(HKDF(master key, `tessera/refresh-successor/v1`), salt ‖ counter ‖ parent), cut to
/// 16 bytes. Losing the master key ends such repeats and nothing else.
public struct SuccessorDerivation: Sendable {
    private let key: SymmetricKey

    /// Derives the key from the master key.
    init(masterKey: SymmetricKey) {
        self.key = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: masterKey,
            info: Array("tessera/refresh-successor/v1".utf8),
            outputByteCount: 32
        )
    }

    /// The one successor of a token in a session with the given salt; nil once the counter is used up.
    public func successor(of parent: RefreshToken, salt: [UInt8]) -> RefreshToken? {
        let (counter, overflow) = parent.counter.addingReportingOverflow(1)
        if overflow { return nil }
        var hash = HMAC<SHA256>(key: key)
        hash.update(data: salt)
        hash.update(data: RefreshToken.bigEndian(counter))
        hash.update(data: parent.bytes)
        return RefreshToken(handle: parent.handle, counter: counter, secret: Array(Array(hash.finalize())[..<16]))
    }
}
