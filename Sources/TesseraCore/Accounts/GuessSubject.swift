/// What somebody tries to guess the secret of.
public enum GuessSubject: Hashable, Sendable {
    /// An account, by the canonical form of its name, whether it exists or not.
    case account(String)
    /// A client's secret, by the client's id.
    case client(String)

    /// A digest with the process's random seed: names of any length become keys of one size.
    ///
    /// Over UTF-8 bytes, because a Swift string's own hash is that of its canonical equivalents.
    var key: UInt64 {
        var hasher = Hasher()
        switch self {
        case .account(let name):
            hasher.combine(0 as UInt8)
            Self.combine(name, into: &hasher)
        case .client(let id):
            hasher.combine(1 as UInt8)
            Self.combine(id, into: &hasher)
        }
        return UInt64(bitPattern: Int64(hasher.finalize()))
    }

    private static func combine(_ text: String, into hasher: inout Hasher) {
        for byte in text.utf8 {
            hasher.combine(byte)
        }
    }
}
