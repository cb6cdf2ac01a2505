extension KeySet {
    /// The one key that a header names.
    ///
    /// An unknown `kid` is an error and never a fallback; without a `kid` the algorithm must fit one key alone, and
    /// no key is ever tried to see whether it works.
    ///
    /// - Throws: `JWTError` `algorithm_not_allowed` or `key_not_found`.
    func key(
        for header: JWSHeader,
        in scanner: borrowing JSONScanner,
        allowed: [SignatureAlgorithm]?
    ) throws(JWTError) -> VerifyingKey {
        func isAlgorithm(_ algorithm: SignatureAlgorithm) -> Bool {
            if header.algorithm.isPlain {
                return algorithm.isNamed(by: scanner.source.slice(header.algorithm.start..<header.algorithm.end))
            }
            return SignatureAlgorithm(scanner.string(header.algorithm)) == algorithm
        }
        var found: Int?
        var fitting = 0
        var isKeyIDKnown = false
        if let keyID = header.keyID {
            let wanted = keyID.isPlain ? nil : scanner.string(keyID)
            let plain = scanner.source.slice(keyID.start..<keyID.end)
            for index in keys.indices {
                guard let name = keys[index].keyID else { continue }
                guard wanted.map(name.hasSameBytes) ?? plain.equals(name) else { continue }
                isKeyIDKnown = true
                if isAlgorithm(keys[index].algorithm) {
                    found = index
                    fitting += 1
                }
            }
        } else {
            for index in keys.indices where isAlgorithm(keys[index].algorithm) {
                found = index
                fitting += 1
            }
        }
        if let found, fitting == 1 {
            if let allowed, !allowed.contains(keys[found].algorithm) { throw notAllowed(header, scanner) }
            return keys[found]
        }
        let named = SignatureAlgorithm(scanner.string(header.algorithm))
        guard let named, allowed?.contains(named) ?? true, !isKeyIDKnown,
            header.keyID != nil || fitting > 1 || keys.isEmpty
        else { throw notAllowed(header, scanner) }
        throw JWTError(
            .keyNotFound,
            expected: header.keyID == nil ? "a kid: \(fitting) keys fit" : nil,
            received: header.keyID.map(scanner.string)
        )
    }

    private func notAllowed(_ header: JWSHeader, _ scanner: borrowing JSONScanner) -> JWTError {
        let names = keys.map(\.algorithm.name)
        return JWTError(
            .algorithmNotAllowed,
            expected: names.isEmpty ? nil : names.joined(separator: " "),
            received: scanner.string(header.algorithm)
        )
    }
}
