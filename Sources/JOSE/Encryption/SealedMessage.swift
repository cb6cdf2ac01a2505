/// A JWE that is ready to be written.
struct SealedMessage {
    let protectedText: String
    let unprotected: JSONObject
    let recipientHeaders: [JSONObject]
    let encryptedKeys: [String]
    let content: SealedContent
    let additionalData: [UInt8]

    /// The compact form (RFC 7516 §7.1).
    var compact: String {
        let parts = [content.iv, content.ciphertext, content.tag].map { Base64URL.encode($0) }
        return ([protectedText, encryptedKeys.first ?? ""] + parts).joined(separator: ".")
    }

    /// The flattened JSON form (RFC 7516 §7.2.2).
    var flattened: String { start.merging(recipient(0)).merging(end).text }

    /// The general JSON form (RFC 7516 §7.2.1).
    var general: String {
        let recipients = encryptedKeys.indices.map { JSONValue.object(recipient($0)) }
        return start.merging(["recipients": .array(recipients)]).merging(end).text
    }

    private var start: JSONObject {
        var object: JSONObject = ["protected": .string(protectedText)]
        if !unprotected.isEmpty { object["unprotected"] = .object(unprotected) }
        return object
    }

    private func recipient(_ index: Int) -> JSONObject {
        var object = JSONObject()
        if recipientHeaders.indices.contains(index) { object["header"] = .object(recipientHeaders[index]) }
        if !encryptedKeys[index].isEmpty { object["encrypted_key"] = .string(encryptedKeys[index]) }
        return object
    }

    private var end: JSONObject {
        var object = JSONObject()
        if !additionalData.isEmpty { object["aad"] = .string(Base64URL.encode(additionalData)) }
        object["iv"] = .string(Base64URL.encode(content.iv))
        object["ciphertext"] = .string(Base64URL.encode(content.ciphertext))
        object["tag"] = .string(Base64URL.encode(content.tag))
        return object
    }
}
