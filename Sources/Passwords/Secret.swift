/// Text that must never reach a log, a metric or an error: it prints as `<redacted>`, whoever prints it.
///
/// The bytes are reachable only by asking for them by name, so that a search for `withBytes` and `revealed` finds
/// every place that handles a secret.
public struct Secret: Sendable {
    private let bytes: [UInt8]

    /// Wraps a text.
    public init(_ text: String) {
        self.bytes = Array(text.utf8)
    }

    /// Wraps bytes that need not be text.
    public init(bytes: some Sequence<UInt8>) {
        self.bytes = Array(bytes)
    }

    /// The number of UTF-8 bytes.
    public var byteCount: Int { bytes.count }

    /// The bytes themselves.
    public var utf8: [UInt8] { bytes }

    /// The text, for the few places that must send or show it once.
    public var revealed: String { String(decoding: bytes, as: UTF8.self) }

    /// Lends the bytes without copying them.
    public func withBytes<Result, Failure: Error>(
        _ body: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try bytes.withUnsafeBufferPointer { (buffer) throws(Failure) in try body(buffer) }
    }

    /// Lends the bytes as C functions want them: with an address even when there are none.
    func withCharacters<Result>(_ body: (UnsafePointer<CChar>, Int) -> Result) -> Result {
        withBytes { bytes in
            bytes.withMemoryRebound(to: CChar.self) { characters in
                guard let start = characters.baseAddress else { return body("", 0) }
                return body(start, characters.count)
            }
        }
    }

    /// Compares in a time that depends on the lengths alone.
    public func matches(_ other: Secret) -> Bool {
        ConstantTime.equal(bytes, other.bytes)
    }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Always `<redacted>`.
    public var description: String { "<redacted>" }

    /// Always `<redacted>`.
    public var debugDescription: String { "<redacted>" }

    /// A mirror without children, so that `dump` finds nothing.
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}
