internal import Crypto
internal import JOSE

/// The text that asks for the page after one of a list: where that ended, authenticated, so that nobody asks for a place
/// of their own making.
public struct PageTokens: Sendable {
    private static let tagLength = 16

    private let key: SymmetricKey

    init(masterKey: MasterKey) {
        key = SymmetricKey(data: masterKey.derive("tessera/page-token/v1"))
    }

    /// The token of the page after an entry.
    ///
    /// - Parameters:
    ///   - name: The last entry's name, which the list is sorted by.
    ///   - list: The list's own name: a token of one means nothing in another.
    /// - Returns: Base64url of a tag of 16 bytes and the name.
    public func token(after name: String, in list: String) -> String {
        Base64URL.encode(Array(tag(name, list)) + Array(name.utf8))
    }

    /// The name that a token was made of, or nil where it is not one of this server's for this list.
    public func name(in token: String, of list: String) -> String? {
        guard let bytes = Base64URL.decode(token), bytes.count >= Self.tagLength,
            let name = String(validating: bytes[Self.tagLength...], as: UTF8.self),
            constantTimeEqual(Array(bytes[..<Self.tagLength]), Array(tag(name, list)))
        else { return nil }
        return name
    }

    private func tag(_ name: String, _ list: String) -> ArraySlice<UInt8> {
        let code = HMAC<SHA256>.authenticationCode(for: Array("\(list)\u{0}\(name)".utf8), using: key)
        return Array(code)[..<Self.tagLength]
    }
}
