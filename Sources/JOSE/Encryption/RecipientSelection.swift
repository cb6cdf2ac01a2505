extension DecryptionKeySet {
    /// The recipient that has a key here, and that key.
    ///
    /// Of several recipients most are others, which is no fault; among them a `kid` decides, or else the algorithm
    /// must fit one key of one recipient alone. No key is ever tried to see whether it works.
    ///
    /// - Throws: `JWTError` `algorithm_not_allowed` or `key_not_found`.
    func key(for headers: [JWEHeader]) throws(JWTError) -> (Int, DecryptionKey) {
        if headers.count == 1 { return (0, try key(for: headers[0])) }
        var nameless: [(Int, DecryptionKey)] = []
        for (index, header) in headers.enumerated() {
            for key in keys where key.isNamed(by: header) {
                if header.keyID == nil {
                    nameless.append((index, key))
                } else if key.keyID.hasSameBytes(as: header.keyID) {
                    return (index, key)
                }
            }
        }
        guard nameless.count == 1 else { throw JWTError(.keyNotFound, expected: "one recipient whose key is here") }
        return nameless[0]
    }

    /// The one key that a header names.
    ///
    /// An unknown `kid` is an error and never a fallback; without a `kid` the algorithm must fit one key alone.
    private func key(for header: JWEHeader) throws(JWTError) -> DecryptionKey {
        let candidates = header.keyID == nil ? keys : keys.filter { $0.keyID.hasSameBytes(as: header.keyID) }
        let fitting = candidates.filter { $0.isNamed(by: header) }
        if fitting.count == 1 { return fitting[0] }
        let isKeyIDKnown = header.keyID != nil && !candidates.isEmpty
        guard KeyManagementAlgorithm.kind(named: header.algorithm) != nil, !isKeyIDKnown,
            header.keyID != nil || fitting.count > 1 || keys.isEmpty
        else {
            let names = keys.map(\.algorithm.name)
            throw JWTError(
                .algorithmNotAllowed,
                expected: names.isEmpty ? nil : names.joined(separator: " "),
                received: header.algorithm
            )
        }
        throw JWTError(
            .keyNotFound,
            expected: header.keyID == nil ? "a kid: \(fitting.count) keys fit" : nil,
            received: header.keyID
        )
    }
}

extension DecryptionKey {
    /// Whether a header's `alg`, and `enc` where the key is bound to one, are this key's.
    fileprivate func isNamed(by header: JWEHeader) -> Bool {
        guard algorithm.name.hasSameBytes(as: header.algorithm) else { return false }
        return algorithm.contentEncryption?.name.hasSameBytes(as: header.contentEncryption) ?? true
    }
}
