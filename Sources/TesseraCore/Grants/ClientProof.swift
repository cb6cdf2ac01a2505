internal import Passwords

/// What a request presents of its client, to be held against what is known of that client.
public struct ClientProof: Sendable {
    /// The client that the request names; the built-in one where it names none.
    public let clientID: String
    private let secretDigest: [UInt8]?

    /// Takes what a request presents.
    public init(_ presented: PresentedClient) {
        clientID = presented.id ?? Client.builtInID
        secretDigest = presented.secret.map(ClientSecret.digest)
    }

    /// Whether a client is the one that is named, and proved: by a secret that is one of its own, or by none where it has none.
    ///
    /// An unknown or public client costs the same comparisons as one with two secrets.
    func proves(_ client: Client?) -> Bool {
        let isNamed = client?.id.utf8.elementsEqual(clientID.utf8) == true
        guard let secretDigest else { return isNamed && client?.isConfidential == false }
        let digests = client?.secretDigests ?? []
        let valid = digests + Array(repeating: Self.noDigest, count: max(0, 2 - digests.count))
        return valid.reduce(false) { constantTimeEqual($1, secretDigest) || $0 } && isNamed
    }

    private static let noDigest = [UInt8](repeating: 0, count: 32)
}
