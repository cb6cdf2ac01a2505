/// The header of a verified token.
public struct TokenHeader: Sendable {
    /// One object, so that passing a token around counts one reference and not each text's.
    private final class Storage: Sendable {
        let algorithm: SignatureAlgorithm
        let keyID: String?
        let type: String?
        let bytes: [UInt8]

        init(algorithm: SignatureAlgorithm, keyID: String?, type: String?, bytes: [UInt8]) {
            self.algorithm = algorithm
            self.keyID = keyID
            self.type = type
            self.bytes = bytes
        }
    }

    private let storage: Storage

    init(algorithm: SignatureAlgorithm, keyID: String?, type: String?, bytes: [UInt8]) {
        storage = Storage(algorithm: algorithm, keyID: keyID, type: type, bytes: bytes)
    }

    /// The algorithm of the key that verified.
    public var algorithm: SignatureAlgorithm { storage.algorithm }
    /// The name of the key that verified; nil where the token named none.
    public var keyID: String? { storage.keyID }
    /// The token's `typ`, as it is written.
    public var type: String? { storage.type }
    /// The header as it was signed: its JSON text.
    var bytes: [UInt8] { storage.bytes }

    /// All header parameters.
    ///
    /// They are parsed at each call: keep the result where several are read.
    public var parameters: JSONObject {
        // The header was read strictly before; it cannot fail now.
        (try? JSONObject(parsing: bytes, limits: JWSHeader.limits)) ?? [:]
    }
}
