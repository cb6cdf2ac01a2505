internal import JOSE
internal import Synchronization

/// Tokens whose signature has been verified, so that the next request with the same one need not compute it again.
///
/// A client sends one access token many times, and an ECDSA or RSA signature costs more than all else a request does.
/// A hit needs the whole token, byte for byte, and the very set of keys that verified it: after a rotation or a
/// revocation of a key nothing is remembered. Type, claims, times and revocation are checked at each request
/// nevertheless, by the caller. Tokens of an HMAC are not kept: computing is as fast as looking.
///
/// 1,024 places of a token each, 4 KiB at most; who sends many tokens pushes others out, and only verified ones get in.
final class VerifiedTokenCache: Sendable {
    private static let shardBits: UInt64 = 4
    private static let placeBits: UInt64 = 6
    private static let longest = 4096

    private struct Entry: Sendable {
        let text: [UInt8]
        let keys: KeySet
        let token: VerifiedToken
    }

    /// A part of the places with a lock of its own, so that threads seldom meet.
    private final class Shard: Sendable {
        /// Guards the places; held while two texts are compared.
        let places = Mutex<[Entry?]>(Array(repeating: nil, count: 1 << Int(VerifiedTokenCache.placeBits)))
    }

    private let shards = (0..<(1 << Int(shardBits))).map { _ in Shard() }

    /// The token, if it is remembered and was verified with these keys.
    func token(_ text: Substring, verifiedWith keys: KeySet) -> VerifiedToken? {
        var text = text
        return text.withUTF8 { bytes -> VerifiedToken? in
            guard let (shard, place) = Self.place(of: bytes) else { return nil }
            let entry = shards[shard].places.withLock { $0[place] }
            guard let entry, entry.keys.isSame(as: keys), Self.isEqual(entry.text, bytes) else { return nil }
            return entry.token
        }
    }

    /// Remembers a token that has just been verified with these keys.
    func remember(_ token: VerifiedToken, _ text: Substring, verifiedWith keys: KeySet) {
        guard !token.header.algorithm.isSymmetric else { return }
        var text = text
        text.withUTF8 { bytes in
            guard let (shard, place) = Self.place(of: bytes) else { return }
            let entry = Entry(text: Array(bytes), keys: keys, token: token)
            shards[shard].places.withLock { $0[place] = entry }
        }
    }

    /// The last bytes are of the signature, which nobody can choose: they are as good as a hash of the whole.
    private static func place(of text: UnsafeBufferPointer<UInt8>) -> (shard: Int, place: Int)? {
        guard text.count > 64, text.count <= longest else { return nil }
        var tail: UInt64 = 0
        for byte in text.suffix(16) {
            tail = (tail ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
        }
        tail &*= 0x9E37_79B9_7F4A_7C15
        let place = tail >> (64 - placeBits)
        let shard = (tail << placeBits) >> (64 - shardBits)
        return (Int(shard), Int(place))
    }

    /// Compares in a time that depends on the length alone: a signature is not found byte by byte.
    private static func isEqual(_ left: [UInt8], _ right: UnsafeBufferPointer<UInt8>) -> Bool {
        guard left.count == right.count else { return false }
        return left.withUnsafeBufferPointer { left in
            var difference: UInt8 = 0
            for index in left.indices {
                difference |= left[index] ^ right[index]
            }
            return difference == 0
        }
    }
}

extension KeySet {
    /// Whether two sets are the same array in memory.
    ///
    /// Who compares holds one of them, so that its place is not given to another.
    func isSame(as other: KeySet) -> Bool {
        keys.withUnsafeBufferPointer { own in
            other.keys.withUnsafeBufferPointer { own.baseAddress == $0.baseAddress && own.count == $0.count }
        }
    }
}
