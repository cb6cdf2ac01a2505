import JOSE

extension FuzzTarget {
    /// JSON forms of a JWS: nothing passes without a signature, and with one what passes is what was signed.
    ///
    /// The first character chooses: `e` changes an honest text at places, `s` signs a protected header, an unprotected
    /// one and a payload divided by line breaks, `u` the same with the payload unencoded, any other stands before a
    /// whole text.
    static let jsonJWS = FuzzTarget(name: "json-jws") { data in
        guard let choice = data.first else { return }
        let rest = Array(data.dropFirst())
        let keys = FuzzKeys.shared
        switch choice {
        case UInt8(ascii: "e"):
            guard let which = rest.first else { return }
            let honest = HonestJSON.all[Int(which) % HonestJSON.all.count]
            checkEdited(honest, edited(honest.text, by: Array(rest.dropFirst())), keys)
        case UInt8(ascii: "s"), UInt8(ascii: "u"):
            let parts = rest.split(separator: UInt8(ascii: "\n"), maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { return }
            SignedParts(Array(parts[0]), Array(parts[1]), Array(parts[2]), isEncoded: choice == UInt8(ascii: "s"))
                .check(keys)
        default:
            for policy in [SignaturePolicy.all, .any, .named(["k1"])] {
                require((try? JWS.verify(json: rest, keys: keys.set, policy: policy)) == nil, "no text passes unsigned")
            }
            let text = String(decoding: rest, as: UTF8.self)
            require((try? JWS.verify(json: text, detached: [1], keys: keys.set)) == nil, "nor with its content apart")
            require((try? JWS.verify(text, detached: [1], keys: keys.set)) == nil, "nor in the compact form")
        }
    }

    /// What passes after a change is still what was signed: the change was outside of it.
    private static func checkEdited(_ honest: HonestJSON, _ text: [UInt8], _ keys: FuzzKeys) {
        for policy in [SignaturePolicy.all, .any, .named(["k1"])] {
            guard let verified = try? JWS.verify(json: text, keys: keys.set, policy: policy) else {
                require(text != honest.text, "an honest text passes")
                continue
            }
            require(verified.payload == HonestJSON.payload, "a payload is what was signed")
            require(!verified.signatures.isEmpty, "what passes is signed")
            for signature in verified.signatures {
                require(honest.protected.contains(signature.protectedHeader), "a protected header is what was signed")
            }
            if policy == .named(["k1"]) {
                require(verified.signatures.contains { $0.keyID == "k1" }, "who was named has signed")
            }
        }
    }
}

/// A text of the library's own signers.
private struct HonestJSON {
    static let payload = "a payload".bytes

    let text: [UInt8]
    let protected: [JSONObject]

    static let all: [HonestJSON] = {
        let keys = FuzzKeys.shared
        let hmac = JWS.Signer(keys.hmac, protected: ["cty": "text"], unprotected: ["x": [1, "é"]])
        let ecdsa = JWS.Signer(keys.ecdsa, unprotected: ["kid": "k2"])
        guard let general = try? JWS.sign(payload: payload, signers: [hmac, ecdsa]),
            let flattened = try? JWS.sign(payload: payload, signers: [hmac], as: .flattened),
            let unencoded = try? JWS.sign(payload: payload, signers: [hmac], as: .flattened, options: .unencoded)
        else { fatalError("a signer signs") }
        return [general, flattened, unencoded].map { text in
            guard let verified = try? JWS.verify(json: text, keys: keys.set) else {
                fatalError("an honest text passes")
            }
            return HonestJSON(text: text.bytes, protected: verified.signatures.map(\.protectedHeader))
        }
    }()
}

/// Headers and a payload of any bytes, signed with the HMAC key.
private struct SignedParts {
    let protected: [UInt8]
    let unprotected: [UInt8]
    let payload: [UInt8]
    let isEncoded: Bool

    init(_ protected: [UInt8], _ unprotected: [UInt8], _ payload: [UInt8], isEncoded: Bool) {
        (self.protected, self.unprotected, self.payload, self.isEncoded) = (protected, unprotected, payload, isEncoded)
    }

    func check(_ keys: FuzzKeys) {
        let signed = isEncoded ? Base64URL.encode(payload).bytes : payload
        let header = Base64URL.encode(protected)
        guard let signature = try? keys.hmac.sign(header.bytes + ".".bytes + signed) else { fatalError("a key signs") }
        var head: JSONObject = [:]
        if !protected.isEmpty { head["protected"] = .string(header) }
        head["signature"] = .string(Base64URL.encode(signature))
        // The unprotected header is put in as it stands, whatever it does to the text.
        let tail = (unprotected.isEmpty ? [] : ",\"header\":".bytes + unprotected) + "}".bytes
        let detached = Array(head.serialized().dropLast()) + tail
        if let text = String(validating: detached, as: UTF8.self) {
            compare(try? JWS.verify(json: text, detached: payload, keys: keys.set))
        }
        guard let content = String(validating: signed, as: UTF8.self) else { return }
        head["payload"] = .string(content)
        compare(try? JWS.verify(json: Array(head.serialized().dropLast()) + tail, keys: keys.set))
    }

    private func compare(_ verified: JWS.VerifiedJSON?) {
        let protected =
            self.protected.isEmpty ? JSONObject() : try? JSONObject(parsing: self.protected, limits: .header)
        // Inside of the text it stands one object deeper.
        let unprotected =
            self.unprotected.isEmpty
            ? JSONObject() : try? JSONObject(parsing: self.unprotected, limits: JSONLimits(depth: 15, members: 64))
        if let verified {
            require(verified.payload == payload, "a payload is what was signed")
            require(verified.signatures.count == 1, "one signature is one")
            require(verified.signatures.first?.protectedHeader == protected, "a protected header is what was signed")
            guard let protected, let unprotected else {
                require(protected != nil, "a header that passes is an object")
                return
            }
            require(Self.passes(protected, unprotected, isEncoded), "headers pass by the rules")
            require(verified.signatures.first?.unprotectedHeader == unprotected, "the other header is the text's")
        } else if let protected, let unprotected {
            require(!Self.passes(protected, unprotected, isEncoded), "headers that the rules allow pass")
        }
    }

    /// Whether two headers pass for a payload that was signed encoded or not (RFC 7515 §4, RFC 7797).
    private static func passes(_ protected: JSONObject, _ unprotected: JSONObject, _ isEncoded: Bool) -> Bool {
        guard unprotected.names.allSatisfy({ protected[$0] == nil }) else { return false }
        let all = protected.merging(unprotected)
        guard all["alg"] == "HS256", all["kid"] ?? "k1" == "k1", all["typ"]?.stringValue != nil || all["typ"] == nil
        else { return false }
        guard unprotected["crit"] == nil, unprotected["b64"] == nil else { return false }
        let encoded = protected["b64"]
        if protected["crit"] == nil { return isEncoded && (encoded ?? true) == true }
        return protected["crit"] == ["b64"] && encoded?.boolValue == isEncoded
    }
}
