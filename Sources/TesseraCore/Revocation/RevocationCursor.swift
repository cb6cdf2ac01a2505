internal import Crypto
internal import JOSE
internal import Passwords

/// Spells the places of a log, so that only what was handed out is taken back.
///
/// A cursor is the sequence number and a code over it under a key that is drawn with the log. The key is the log's epoch:
/// after a restart, and with a database that was restored or replaced, no older cursor fits, and its follower gets a
/// snapshot. And nobody can ask for places that were never an answer's end, each of which would have to be signed anew.
struct RevocationCursor: Sendable {
    /// How many bytes of the code a cursor carries.
    private static let codeByteCount = 16

    private let epoch = SymmetricKey(size: .bits256)

    /// The cursor of a place.
    func text(for sequence: UInt64) -> String {
        Base64URL.encode(sequence.bigEndianBytes + code(for: sequence))
    }

    /// The place of a cursor; nil where it is none of this log's.
    func sequence(of text: String) -> UInt64? {
        guard let bytes = Base64URL.decode(text), bytes.count == 8 + Self.codeByteCount else { return nil }
        let sequence = bytes.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return constantTimeEqual(code(for: sequence), Array(bytes.dropFirst(8))) ? sequence : nil
    }

    private func code(for sequence: UInt64) -> [UInt8] {
        let code = HMAC<SHA256>.authenticationCode(for: sequence.bigEndianBytes, using: epoch)
        return Array(code.prefix(Self.codeByteCount))
    }
}
