internal import HTTPTypes
internal import Hummingbird
internal import JOSE
internal import Passwords
internal import TesseraCore

extension PresentedClient {
    /// Reads how a client authenticates: a `Basic` header, fields of the form, or nothing (RFC 6749 §2.3.1).
    ///
    /// Two ways at once are an `invalid_request`; a header that cannot be read is an `invalid_client`.
    init(_ request: Request, _ form: Form) throws(OAuthRefusal) {
        let headers = request.headers[values: .authorization]
        guard headers.count <= 1 else { throw .invalidRequest("The client authenticates more than once.") }
        guard let header = headers.first else {
            self.init(id: form["client_id"], secret: form["client_secret"].map { Secret($0) })
            return
        }
        guard let (id, secret) = Self.basicCredentials(header) else {
            throw OAuthRefusal(
                OAuthError(.invalidClient, "The client's credentials cannot be read.", reason: "malformed_basic"),
                triedBasic: true
            )
        }
        guard form["client_secret"] == nil else { throw .invalidRequest("The client authenticates in two ways.") }
        if let named = form["client_id"], !named.utf8.elementsEqual(id.utf8) {
            throw .invalidRequest("The header and the form name different clients.")
        }
        self.init(id: id, secret: secret.isEmpty ? nil : Secret(secret), usedBasic: true)
    }

    /// Splits at the first colon and undoes the form encoding of both halves (RFC 6749 §2.3.1, appendix B).
    private static func basicCredentials(_ header: String) -> (id: String, secret: String)? {
        let parts = header.utf8.split(separator: UInt8(ascii: " "), maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, String(Substring(parts[0])).lowercased() == "basic",
            let bytes = Base64.decode(parts[1].drop { $0 == UInt8(ascii: " ") }),
            let colon = bytes.firstIndex(of: UInt8(ascii: ":")),
            let id = try? FormDecoder.text(bytes[..<colon]), !id.isEmpty,
            let secret = try? FormDecoder.text(bytes[(colon + 1)...])
        else { return nil }
        return (id, secret)
    }
}

/// The padded alphabet of RFC 4648 §4, as HTTP's `Basic` uses it.
enum Base64 {
    /// Decodes strictly: padding is required, and nothing else is ignored.
    static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        guard text.count % 4 == 0 else { return nil }
        let padding = text.suffix(2).reversed().prefix { $0 == UInt8(ascii: "=") }.count
        var translated: [UInt8] = []
        translated.reserveCapacity(text.count)
        for byte in text.dropLast(padding) {
            switch byte {
            case UInt8(ascii: "+"): translated.append(UInt8(ascii: "-"))
            case UInt8(ascii: "/"): translated.append(UInt8(ascii: "_"))
            case UInt8(ascii: "-"), UInt8(ascii: "_"): return nil
            default: translated.append(byte)
            }
        }
        return Base64URL.decode(translated)
    }
}
