internal import JOSE

/// Where identifiers and secrets come from; tests inject their own.
public protocol RandomSource: Sendable {
    /// As many unpredictable bytes as asked for.
    func bytes(_ count: Int) -> [UInt8]
}

/// The operating system's generator.
public struct SystemRandomSource: RandomSource {
    /// Makes the source.
    public init() {}

    /// As many unpredictable bytes as asked for.
    public func bytes(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        var bytes: [UInt8] = []
        bytes.reserveCapacity(max(0, count))
        while bytes.count < count {
            // Each number is a call of the system.
            withUnsafeBytes(of: generator.next() as UInt64) { bytes.append(contentsOf: $0.prefix(count - bytes.count)) }
        }
        return bytes
    }
}

extension RandomSource {
    /// An identifier of 128 random bits: 22 base64url characters.
    public func identifier() -> String {
        var bytes = bytes(16)
        // A hyphen in front would be read as a flag by whoever names it on the command line.
        if let first = bytes.first, first & 0xFC == 0xF8 { bytes[0] = first ^ 0x80 }
        return Base64URL.encode(bytes)
    }
}
