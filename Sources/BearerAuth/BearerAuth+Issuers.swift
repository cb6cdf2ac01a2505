public import JOSE

extension BearerAuth {
    /// Checks the tokens of one issuer, which is asked for its keys and its revocations.
    ///
    /// ```swift
    /// let auth = try BearerAuth(issuer: "https://id.example", audience: "orders")
    /// let app = Application(router: router, services: [auth])
    /// ```
    ///
    /// Nothing is fetched yet. Run it as a service: then it has what it needs before the first request, refreshes its
    /// keys ahead, and follows the issuer's revocations. The issuer may be down meanwhile; requests get 503 until it
    /// has answered once.
    ///
    /// - Parameters:
    ///   - issuer: The issuer, byte for byte as its metadata and its tokens name it.
    ///   - audience: Whom the tokens must be for; the issuer itself unless named.
    ///   - keys: The keys, where they are agreed on and not fetched, as the secret of HS256 is.
    ///   - options: Realm and the like.
    /// - Throws: ``IssuerError`` where the issuer is no address, or not https.
    public init(
        issuer: String,
        audience: Audience? = nil,
        keys: KeySet? = nil,
        options: Options = Options()
    ) throws(IssuerError) {
        try self.init(issuer: issuer, audience: audience, keys: keys, options: options, clock: .system, timing: .system)
    }

    /// Checks the tokens of several issuers, each by its own keys.
    ///
    /// What a token says of its issuer only chooses among these; then that issuer's keys and rules decide.
    ///
    /// - Parameters:
    ///   - issuers: The issuers.
    ///   - audience: Whom the tokens must be for.
    ///   - options: Realm and the like.
    /// - Throws: ``IssuerError`` where one is no address, or not https, or there is none, or one twice.
    public init(
        issuers: [TrustedIssuer],
        audience: Audience,
        options: Options = Options()
    ) throws(IssuerError) {
        guard !issuers.isEmpty, Set(issuers.map { Array($0.name.utf8) }).count == issuers.count else {
            throw IssuerError(description: "issuers: one at least, each once")
        }
        var authorities: [Authority] = []
        for issuer in issuers {
            authorities.append(try .remote(issuer, audience, nil, options, .system, .system))
        }
        self.init(authorities, options: options)
    }

    /// The same with a clock to turn.
    package init(
        issuer: String,
        audience: Audience? = nil,
        keys: KeySet? = nil,
        options: Options = Options(),
        clock: EpochClock,
        timing: Timing
    ) throws(IssuerError) {
        let trusted = TrustedIssuer(issuer)
        let authority = try Authority.remote(trusted, audience ?? Audience(issuer), keys, options, clock, timing)
        self.init([authority], options: options)
    }
}

extension Authority {
    /// An authority that asks its issuer.
    fileprivate static func remote(
        _ issuer: TrustedIssuer,
        _ audience: Audience,
        _ keys: KeySet?,
        _ options: BearerAuth.Options,
        _ clock: EpochClock,
        _ timing: Timing
    ) throws(IssuerError) -> Authority {
        let identity = IssuerIdentity(
            name: issuer.name,
            address: issuer.address,
            allowsInsecure: options.allowsInsecureIssuer
        )
        guard let identity else {
            throw IssuerError(
                description: "\(issuer.address) is no https address without a query; http is for loopback"
            )
        }
        guard !audience.values.isEmpty else { throw IssuerError(description: "an audience is needed") }
        let rule = try issuer.rule()
        let fetcher = Fetcher()
        let follower = RevocationFollower(
            name: issuer.name,
            accepts: { $0.utf8.elementsEqual(issuer.name.utf8) || rule.mayBeMet(by: $0) },
            fetcher: fetcher,
            options: options,
            timing: timing,
            clock: clock
        )
        let provider = RemoteProvider(
            discovery: Discovery(issuer: identity, fetcher: fetcher, timeout: options.requestTimeout),
            keys: keys,
            options: options,
            timing: timing,
            learned: { follower.learn($0.revocationFeedURL) }
        )
        return Authority(
            verifier: TokenVerifier(profile(rule, audience, options), keys: [], clock: clock),
            keys: provider,
            provider: provider,
            follower: follower,
            options: options
        )
    }

    private static func profile(
        _ rule: IssuerRule,
        _ audience: Audience,
        _ options: BearerAuth.Options
    ) -> TokenProfile {
        var profile = TokenProfile.accessToken(issuer: rule, audience: audience, leeway: options.leeway)
        profile.allowedAlgorithms = options.algorithms
        if !options.tokens.isTyped {
            profile.type = "JWT"
            profile.allowsMissingType = true
            profile.requiredClaims = ["iss", "sub", "aud", "exp"]
        }
        return profile
    }
}
