/// Writes compact JWSs that share one header, encoded once.
struct CompactWriter: Sendable {
    private let header: [UInt8]
    private let key: SigningKey

    init(header: JSONObject, key: SigningKey) {
        self.header = Array(Base64URL.encode(header.serialized()).utf8) + [UInt8(ascii: ".")]
        self.key = key
    }

    /// Signs a payload, writing the text in place.
    ///
    /// - Throws: `JWTError` where signing fails.
    func write(_ payload: UnsafeBufferPointer<UInt8>) throws(JWTError) -> String {
        let signer = key.signer
        let signedCount = header.count + Base64URL.encodedCount(payload.count)
        let signatureCount = signer.signatureByteCount
        let count = signedCount + 1 + Base64URL.encodedCount(signatureCount)
        do {
            return try String(unsafeUninitializedCapacity: count) { buffer in
                _ = buffer[..<header.count].initialize(fromContentsOf: header)
                let payloadText = UnsafeMutableBufferPointer(rebasing: buffer[header.count..<signedCount])
                Base64URL.encode(payload, into: payloadText)
                let signed = UnsafeBufferPointer(rebasing: buffer[..<signedCount])
                let signatureText = UnsafeMutableBufferPointer(rebasing: buffer[(signedCount + 1)..<count])
                try withUnsafeTemporaryAllocation(of: UInt8.self, capacity: signatureCount) { signature in
                    let signature = UnsafeMutableBufferPointer(rebasing: signature[..<signatureCount])
                    try signer.sign(signed, into: signature)
                    Base64URL.encode(UnsafeBufferPointer(signature), into: signatureText)
                }
                buffer[signedCount] = UInt8(ascii: ".")
                return count
            }
        } catch {
            throw JWTError(.signingFailed)
        }
    }
}
