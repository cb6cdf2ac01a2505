/// A claim that names something which may be revoked as a whole.
package enum IdentifyingClaim: Sendable {
    case id, sessionID, subject, clientID
}

extension VerifiedToken {
    /// Runs a closure over the bytes of a claim's text, in place unless it is written with escapes.
    ///
    /// - Parameters:
    ///   - claim: The claim.
    ///   - body: What to do with the bytes.
    /// - Returns: What the closure answers; nil where the token has no such claim.
    package func withBytes<R>(of claim: IdentifyingClaim, _ body: (UnsafeBufferPointer<UInt8>) -> R) -> R? {
        let place =
            switch claim {
            case .id: registered.id
            case .sessionID: registered.sessionID
            case .subject: registered.subject
            case .clientID: registered.clientID
            }
        if place.isPlain { return payload.withUnsafeBufferPointer { body($0.slice(place.range)) } }
        let text: String? =
            switch claim {
            case .id: id
            case .sessionID: sessionID
            case .subject: subject
            case .clientID: clientID
            }
        return text.map { text in Array(text.utf8).withUnsafeBufferPointer(body) }
    }
}
