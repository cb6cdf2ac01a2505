internal import Crypto
internal import JOSE

/// One numbered step of the schema.
///
/// A step that has been released is never changed: its checksum is stored.
struct Migration: Sendable {
    /// The place in the order, from 1.
    let number: Int64
    /// What the step is for.
    let name: String
    /// Its statements; `{identity}` stands for the dialect's self-counting key.
    let statements: [String]

    /// SHA-256 of the statements, base64url.
    var checksum: String {
        Base64URL.encode(Array(SHA256.hash(data: Array(statements.joined(separator: ";\n").utf8))))
    }

    /// All steps, in order.
    static let all: [Migration] = [.initial, .auditChain]
}
