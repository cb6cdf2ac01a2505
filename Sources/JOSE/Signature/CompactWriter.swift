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
        let signedCount = header.count + Base64URL.encodedCount(payload.count)
        let count = signedCount + 1 + Base64URL.encodedCount(key.signer.signatureByteCount)
        var failure: JWTError?
        let text = String(unsafeUninitializedCapacity: count) { buffer in
            _ = buffer[..<header.count].initialize(fromContentsOf: header)
            Base64URL.encode(payload, into: UnsafeMutableBufferPointer(rebasing: buffer[header.count..<signedCount]))
            do throws(JWTError) {
                let signed = UnsafeBufferPointer(rebasing: buffer[..<signedCount])
                let signature = try key.sign(buffer: signed)
                guard signature.count == key.signer.signatureByteCount else { throw JWTError(.signingFailed) }
                buffer[signedCount] = UInt8(ascii: ".")
                signature.withUnsafeBufferPointer {
                    _ = Base64URL.encode($0, into: UnsafeMutableBufferPointer(rebasing: buffer[(signedCount + 1)...]))
                }
                return count
            } catch {
                failure = error
                return 0
            }
        }
        if let failure { throw failure }
        return text
    }
}
