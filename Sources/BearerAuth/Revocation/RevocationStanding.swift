/// What is known about a token beside what it says itself.
enum RevocationStanding: Sendable {
    /// It has not been revoked, as far as has to be known.
    case good
    case revoked
    /// What is known is too old, or nothing is known yet; the words are for the log.
    case unknown(String)
}
