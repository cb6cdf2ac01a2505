import JOSE

extension FuzzTarget {
    /// A JWK or a set of them: what is taken is written and taken again, and nothing private is ever published.
    static let jwk = FuzzTarget(name: "jwk") { data in
        checkSet(data)
        guard let jwk = try? JWK(parsing: data) else { return }
        require((try? JWK(parsing: jwk.serialized())) == jwk, "a JWK is read as it is written")
        if let published = jwk.publicJWK {
            require(!published.isPrivate, "a public JWK has no private member")
            require(published.members["d"] == nil && published.members["k"] == nil, "no private number is published")
            require((try? published.thumbprint()) == (try? jwk.thumbprint()), "both halves have one thumbprint")
        }
        if let key = taken(jwk, by: VerifyingKey.init(jwk:algorithm:)) { check(key) }
        guard let key = taken(jwk, by: SigningKey.init(jwk:algorithm:)) else { return }
        require(jwk.isPrivate, "only a private key signs")
        let again = try? SigningKey(jwk: JWK(parsing: key.jwk.serialized()))
        require(again?.jwk == key.jwk && again?.algorithm == key.algorithm, "a signing key is read as it is written")
        require(
            !"\(key) \(key.verifyingKey)".contains(key.jwk.members["d"]?.stringValue ?? "\0"),
            "a key prints no secret"
        )
        checkSignature(of: key)
    }

    private static func checkSet(_ data: [UInt8]) {
        guard let set = try? KeySet(parsing: data, algorithms: SignatureAlgorithm.all) else { return }
        var names: Set<[UInt8]> = []
        for key in set.keys {
            check(key)
            guard let keyID = key.keyID else { continue }
            require(names.insert("\(key.algorithm) \(keyID)".bytes).inserted, "a kid and algorithm name one key")
        }
        guard let written = try? KeySet(parsing: set.serialized()) else { fatalError("a set is read as it is written") }
        require(written.unusable.isEmpty, "every published key is usable")
        let published = set.keys.filter { !$0.algorithm.isSymmetric }
        require(written.keys.map(\.jwk) == published.map(\.jwk), "a set publishes its public keys, and no secret")
        require(!written.keys.contains { $0.jwk.isPrivate }, "a set publishes no private key")
    }

    private static func check(_ key: VerifyingKey) {
        require(key.keyID?.utf8.count ?? 0 <= 1024, "a kid is bounded")
        require(key.algorithm.isSymmetric || !key.jwk.isPrivate, "a verifying key has no private half")
        let again = try? VerifyingKey(jwk: JWK(parsing: key.jwk.serialized()))
        require(again?.jwk == key.jwk && again?.algorithm == key.algorithm, "a verifying key is read as it is written")
        require(!key.isValid(signature: [UInt8](repeating: 0, count: 64), for: []), "zeros are no signature")
    }

    /// The key that an initialiser takes from a JWK, for the algorithm it names or the first that fits.
    private static func taken<Key>(_ jwk: JWK, by take: (JWK, SignatureAlgorithm?) throws(KeyError) -> Key) -> Key? {
        do {
            return try take(jwk, nil)
        } catch {
            guard error.code == .algorithmRequired else { return nil }
            for algorithm in SignatureAlgorithm.all {
                if let key = try? take(jwk, algorithm) { return key }
            }
            return nil
        }
    }

    /// What a key signs, it verifies; RSA is too slow for every input and has no part of its own in it.
    static func checkSignature(of key: SigningKey) {
        guard !key.algorithm.name.hasPrefix("RS"), !key.algorithm.name.hasPrefix("PS") else { return }
        let message = "a message".bytes
        guard var signature = try? key.sign(message) else { fatalError("a signing key signs") }
        require(key.verifyingKey.isValid(signature: signature, for: message), "what a key signs it verifies")
        signature[0] ^= 1
        require(!key.verifyingKey.isValid(signature: signature, for: message), "a changed signature does not hold")
    }
}
