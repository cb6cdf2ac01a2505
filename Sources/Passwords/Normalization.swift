// The standard library normalises every string it compares, but offers the result only to its siblings: `_nfc` is
// what Foundation itself stands on. Linking Foundation for one function would cost a service megabytes.
@_spi(_Unicode) internal import Swift

/// Unicode's canonical composition.
enum Normalization {
    /// The text in normal form C.
    static func nfc(_ text: String) -> String {
        guard !text.utf8.allSatisfy({ $0 < 0x80 }) else { return text }
        var scalars = String.UnicodeScalarView()
        for scalar in text._nfc {
            scalars.append(scalar)
        }
        return String(scalars)
    }
}
