/// What to do when it is not known which tokens have been revoked, because the issuer's feed cannot be read.
///
/// For an issuer whose metadata names no feed nothing is enforced.
public struct RevocationPolicy: Sendable, Hashable {
    /// How old what is known may be; nil for any age.
    let bound: Duration?

    /// Refuses every token with 503 once what is known is older than this: no revoked token passes for longer.
    ///
    /// - Parameter age: From the moment at which the last good answer was asked for; 20 s at least, as an answer without
    ///   news takes 10 s to come.
    /// - Returns: The policy.
    public static func required(within age: Duration) -> RevocationPolicy {
        RevocationPolicy(bound: max(age, .seconds(20)))
    }

    /// Goes on with what was known last, however old it is: being up matters more.
    public static let bestEffort = RevocationPolicy(bound: nil)
}
