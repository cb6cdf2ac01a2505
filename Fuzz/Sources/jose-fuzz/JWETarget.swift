import Crypto
import JOSE

extension FuzzTarget {
    /// JWE: nothing decrypts but what was encrypted, and with a key what decrypts is what the rules allow.
    ///
    /// The first character chooses: `e` changes an honest compact text at places and `j` an honest JSON text, `s`
    /// encrypts a plaintext under a header, divided by a line break, any other stands before a whole text.
    static let jwe = FuzzTarget(name: "jwe") { data in
        guard let choice = data.first else { return }
        let rest = Array(data.dropFirst())
        let keys = FuzzRecipients.shared
        switch choice {
        case UInt8(ascii: "e"):
            guard let which = rest.first else { return }
            let honest = keys.compact[Int(which) % keys.compact.count]
            let changed = edited(honest, by: Array(rest.dropFirst()))
            let decrypted = try? JWE.decrypt(String(decoding: changed, as: UTF8.self), keys: keys.set)
            require((decrypted != nil) == (changed == honest), "only the honest text decrypts")
            require(decrypted == nil || decrypted?.plaintext == FuzzRecipients.plaintext, "to what was encrypted")
        case UInt8(ascii: "j"):
            guard let which = rest.first else { return }
            let honest = keys.json[Int(which) % keys.json.count]
            let changed = edited(honest, by: Array(rest.dropFirst()))
            guard let decrypted = try? JWE.decryptJSON(String(decoding: changed, as: UTF8.self), keys: keys.set) else {
                require(changed != honest, "an honest text decrypts")
                return
            }
            require(decrypted.plaintext == FuzzRecipients.plaintext, "a plaintext is what was encrypted")
            require(decrypted.protectedHeader["x"] == "y", "a protected header is what was encrypted")
            require(decrypted.additionalData == FuzzRecipients.additionalData, "so is the additional data")
        case UInt8(ascii: "s"):
            let parts = rest.split(separator: UInt8(ascii: "\n"), maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { return }
            checkEncrypted(Array(parts[0]), Array(parts[1]), keys)
        default:
            let text = String(decoding: rest, as: UTF8.self)
            require((try? JWE.decrypt(text, keys: keys.set)) == nil, "no text decrypts that was not encrypted")
            require((try? JWE.decryptJSON(text, keys: keys.set)) == nil, "nor in JSON")
            require((try? FuzzKeys.shared.any.decryptAndVerify(text, with: keys.set)) == nil, "nor as a nested token")
        }
    }

    /// Encrypts with the shared key under whatever header, and compares the answer with what must come.
    private static func checkEncrypted(_ header: [UInt8], _ plaintext: [UInt8], _ keys: FuzzRecipients) {
        let protected = Base64URL.encode(header)
        guard let box = try? AES.GCM.seal(plaintext, using: keys.secret, authenticating: protected.bytes) else {
            fatalError("a key encrypts")
        }
        let parts = [Array(box.nonce), Array(box.ciphertext), Array(box.tag)].map { Base64URL.encode($0) }
        let text = "\(protected)..\(parts.joined(separator: "."))"
        let decrypted = try? JWE.decrypt(text, keys: keys.set)
        let expected = try? JSONObject(parsing: header, limits: .header)
        require((decrypted != nil) == (expected.map(passes) ?? false), "a text decrypts by its header")
        guard let decrypted else { return }
        require(decrypted.plaintext == plaintext, "a plaintext is what was encrypted")
        require(decrypted.header == expected && decrypted.protectedHeader == expected, "a header is the text's")
        let json = JSONObject(
            dictionaryLiteral: ("protected", .string(protected)),
            ("iv", .string(parts[0])),
            ("ciphertext", .string(parts[1])),
            ("tag", .string(parts[2]))
        )
        require((try? JWE.decryptJSON(json.text, keys: keys.set))?.plaintext == plaintext, "so it does in JSON")
        let nested = try? FuzzKeys.shared.any.decryptAndVerify(text, with: keys.set)
        require(nested == nil, "a plaintext that is not signed is no nested token")
    }

    private static func passes(_ header: JSONObject) -> Bool {
        guard header["alg"] == "dir", header["enc"] == "A256GCM", header["kid"] ?? "dir" == "dir" else { return false }
        guard header["crit"] == nil, header["zip"] == nil else { return false }
        return ["typ", "cty"].allSatisfy { header[$0] == nil || header[$0]?.stringValue != nil }
    }
}

/// Recipients whose keys no input can know, new in every process, and what was encrypted for them.
private struct FuzzRecipients: Sendable {
    static let plaintext = "a plaintext".bytes
    static let additionalData = "additional".bytes

    static let shared: FuzzRecipients = {
        do {
            return try FuzzRecipients()
        } catch {
            fatalError("no keys")
        }
    }()

    let secret = SymmetricKey(size: .bits256)
    let set: DecryptionKeySet
    let compact: [[UInt8]]
    let json: [[UInt8]]

    private init() throws {
        let bytes = secret.withUnsafeBytes { Array($0) }
        let keys = try [
            DecryptionKey(secret: bytes, algorithm: .dir(.a256gcm), keyID: "dir"),
            .generate(.dir(.a128cbcHS256), keyID: "dir-cbc"),
            .generate(.a256kw, keyID: "kw"),
            .generate(.a128gcmkw, keyID: "gcmkw"),
            .generate(.ecdhES, curve: .p256, keyID: "es"),
            .generate(.ecdhESA128KW, curve: .x25519, keyID: "es-kw"),
        ]
        set = DecryptionKeySet(keys)
        compact = try keys.map { key in
            let content = key.algorithm.contentEncryption ?? .a192cbcHS384
            return try JWE.encrypt(Self.plaintext, for: key.encryptionKey, using: content, header: ["x": "y"]).bytes
        }
        let general = try JWE.encryptGeneral(
            Self.plaintext,
            for: [keys[2], keys[3], keys[5]].map { JWE.Recipient($0.encryptionKey) },
            protected: ["x": "y"],
            unprotected: ["z": [1]],
            additionalData: Self.additionalData
        )
        let flattened = try keys.map { key in
            try JWE.encryptFlattened(
                Self.plaintext,
                for: JWE.Recipient(key.encryptionKey),
                protected: ["x": "y"],
                additionalData: Self.additionalData
            )
        }
        json = ([general] + flattened).map(\.bytes)
    }
}
