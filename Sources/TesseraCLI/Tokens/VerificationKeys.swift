import JOSE

/// Makes a key set of whatever `--keys` names.
enum VerificationKeys {
    /// The keys of a file, or of a set that a URL names.
    static func read(_ keys: String, algorithms: [SignatureAlgorithm]) async throws(CommandFailure) -> KeySet {
        let file =
            RemoteKeys.isURL(keys)
            ? try KeyFile(parsing: await RemoteKeys.fetch(keys), name: keys) : try KeyFile(reading: keys)
        return try keySet(in: file, name: keys, algorithms: algorithms)
    }

    /// The keys that can verify; those that cannot are named, with the reason, on standard error.
    ///
    /// - Parameters:
    ///   - file: the contents.
    ///   - name: what to call the file.
    ///   - algorithms: what the command line allows, for keys that name no algorithm themselves.
    /// - Returns: the keys, each bound to its algorithm.
    /// - Throws: if no key names an algorithm and the command line does not either.
    static func keySet(
        in file: KeyFile,
        name: String,
        algorithms: [SignatureAlgorithm]
    ) throws(CommandFailure) -> KeySet {
        // PEM may need the algorithm to be read: a key marked for RSASSA-PSS without a hash does.
        let only = algorithms.count == 1 ? algorithms.first : nil
        let materials = try KeyMaterial.all(in: file, algorithm: only.map(KeyAlgorithm.signature))
        if algorithms.isEmpty, !materials.isEmpty, materials.allSatisfy({ $0.jwk.members["alg"] == nil }) {
            throw .usage("\(name) does not say for which algorithm its keys are: give --algorithm.")
        }
        let members = materials.map { JSONValue.object(($0.jwk.publicJWK ?? $0.jwk).members) }
        let set: KeySet
        do throws(KeyError) {
            set = try KeySet(parsing: JSONValue.object(["keys": .array(members)]).serialized(), algorithms: algorithms)
        } catch {
            throw .usage("\(name) holds no usable keys: \(error).")
        }
        for key in set.unusable {
            Console.warn("key \(TextLogHandler.printable(key.keyID ?? "without id")) cannot be used: \(key.reason)")
        }
        return set
    }
}
