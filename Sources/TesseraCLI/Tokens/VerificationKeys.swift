import JOSE

/// Makes a key set of whatever `--keys` names.
enum VerificationKeys {
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
        let materials = try KeyMaterial.all(in: file, algorithm: nil)
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
