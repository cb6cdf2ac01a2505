/// A password as somebody typed it, and its normal form.
///
/// New hashes are always made of the normal form (NFC, as NIST SP 800-63B-4 §3.1.1.2 asks), so that a password typed on
/// a keyboard that composes `é` and on one that does not is the same password.
public struct Password: Sendable {
    /// The longest password that is hashed, in UTF-8 bytes; a longer one is refused before any work (CVE-2025-22228).
    public static let maximumByteCount = 1024

    /// The bytes as typed: what another system may have hashed.
    public let typed: Secret

    /// The bytes in Unicode's normal form C: what Tessera hashes.
    ///
    /// Those as typed when the text is too long to be used.
    public let normalized: Secret

    /// How many code points the normal form has: what the minimum length counts.
    public let codePointCount: Int

    /// Whether the text has a U+0000, which C libraries would take for its end.
    public let containsNUL: Bool

    /// Wraps a typed text.
    public init(_ text: String) {
        typed = Secret(text)
        containsNUL = text.utf8.contains(0)
        // Normalising a megabyte is work for an attacker; nothing longer than the maximum is ever hashed.
        let normal = text.utf8.count <= Self.maximumByteCount ? Normalization.nfc(text) : text
        normalized = Secret(normal)
        codePointCount = normal.unicodeScalars.count
    }

    /// Whether either form is longer than ``maximumByteCount``.
    public var isTooLong: Bool {
        typed.byteCount > Self.maximumByteCount || normalized.byteCount > Self.maximumByteCount
    }

    /// The forms to try against a stored hash, the likelier one first.
    ///
    /// Our own hashes are of the normal form; a hash that came from elsewhere was made of whatever bytes arrived there,
    /// which for a decomposed text are others. Most passwords have one form only, and then one is tried.
    var candidates: [Secret] {
        typed.matches(normalized) ? [normalized] : [normalized, typed]
    }
}

extension Password: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Always `<redacted>`.
    public var description: String { "<redacted>" }

    /// Always `<redacted>`.
    public var debugDescription: String { "<redacted>" }

    /// A mirror without children, so that `dump` finds nothing.
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}
