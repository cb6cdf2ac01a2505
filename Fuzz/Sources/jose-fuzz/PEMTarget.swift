import JOSE

extension FuzzTarget {
    /// PEM text, or DER in PEM's armour: what is taken is written and taken again, and never becomes an HMAC key.
    ///
    /// The first character chooses: a letter of `labels` puts the rest, as DER, under that label; any other stands
    /// before the text itself.
    static let pem = FuzzTarget(name: "pem") { data in
        guard let choice = data.first else { return }
        let rest = Array(data.dropFirst())
        let text = labels[choice].map { armoured(rest, $0) } ?? String(decoding: rest, as: UTF8.self)
        guard let key = taken(text, by: VerifyingKey.init(pem:algorithm:keyID:)) else {
            // Most inputs come here: one in eight is asked twice.
            guard data.count % 8 == 0 else { return }
            require(taken(text, by: SigningKey.init(pem:algorithm:keyID:)) == nil, "who can sign can verify")
            return
        }
        require((try? VerifyingKey(pem: text, algorithm: .hs256)) == nil, "PEM is no HMAC key")
        require((try? VerifyingKey(secret: text.bytes, algorithm: .hs256)) == nil, "the text is no HMAC secret")
        require(!key.jwk.isPrivate, "a verifying key has no private half")
        let again = try? VerifyingKey(pem: key.pem ?? "", algorithm: key.algorithm)
        require(again?.jwk == key.jwk, "a public key is read as it is written")
        guard let signing = taken(text, by: SigningKey.init(pem:algorithm:keyID:)) else { return }
        require(signing.verifyingKey.jwk == key.jwk, "both halves are one key's")
        let twin = try? SigningKey(pem: signing.pem ?? "", algorithm: signing.algorithm)
        require(twin?.jwk == signing.jwk, "a private key is read as it is written")
        checkSignature(of: signing)
    }

    private static let labels: [UInt8: String] = [
        UInt8(ascii: "P"): "PRIVATE KEY", UInt8(ascii: "S"): "PUBLIC KEY", UInt8(ascii: "R"): "RSA PRIVATE KEY",
        UInt8(ascii: "r"): "RSA PUBLIC KEY", UInt8(ascii: "E"): "EC PRIVATE KEY", UInt8(ascii: "C"): "CERTIFICATE",
    ]

    private static func armoured(_ der: [UInt8], _ label: String) -> String {
        let text = Base64URL.encode(der).utf8.map { character in
            switch character {
            case UInt8(ascii: "-"): UInt8(ascii: "+")
            case UInt8(ascii: "_"): UInt8(ascii: "/")
            default: character
            }
        }
        let padding = String(repeating: "=", count: (4 - text.count % 4) % 4)
        return "-----BEGIN \(label)-----\n\(String(decoding: text, as: UTF8.self))\(padding)\n-----END \(label)-----\n"
    }

    /// The key that an initialiser takes from a text, for the first algorithm that fits.
    private static func taken<Key>(
        _ text: String,
        by take: (String, SignatureAlgorithm, String?) throws(KeyError) -> Key
    ) -> Key? {
        for algorithm in [SignatureAlgorithm.es256, .es384, .es512, .ed25519, .rs256] {
            do {
                return try take(text, algorithm, nil)
            } catch {
                // Whatever else is wrong is so for every algorithm.
                guard error.code == .algorithmMismatch else { return nil }
            }
        }
        return nil
    }
}
