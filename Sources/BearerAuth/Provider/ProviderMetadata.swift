internal import JOSE

/// What a provider says of itself, as far as it matters here (RFC 8414 §2, OpenID Connect Discovery §3).
struct ProviderMetadata: Sendable, Hashable {
    /// Where its keys are; nil where it names none.
    let keySetURL: ProviderURL?
    /// Where its revocations are; nil where it names none, and nothing is enforced.
    let revocationFeedURL: ProviderURL?

    /// Reads a metadata document.
    ///
    /// - Throws: `FetchFailure` where it is of another issuer, byte for byte, or names an address that is not allowed.
    init(_ body: [UInt8], of issuer: IssuerIdentity) throws(FetchFailure) {
        let object: JSONObject
        do throws(JSONError) {
            object = try JSONObject(parsing: body)
        } catch {
            throw FetchFailure(.malformed, "the metadata is no JSON object: \(error.reason)")
        }
        guard let name = object["issuer"]?.stringValue else {
            throw FetchFailure(.malformed, "the metadata names no issuer")
        }
        guard name.utf8.elementsEqual(issuer.name.utf8) else {
            throw FetchFailure(.issuerMismatch, "the metadata is of \(name), not of \(issuer.name)")
        }
        keySetURL = try Self.address("jwks_uri", in: object, issuer)
        revocationFeedURL = try Self.address("revocation_feed_uri", in: object, issuer)
    }

    private static func address(
        _ member: String,
        in object: JSONObject,
        _ issuer: IssuerIdentity
    ) throws(FetchFailure) -> ProviderURL? {
        guard let value = object[member] else { return nil }
        guard let url = value.stringValue.flatMap(ProviderURL.init) else {
            throw FetchFailure(.addressNotAllowed, "\"\(member)\" is no http or https URL")
        }
        guard issuer.allows(url) else {
            throw FetchFailure(.addressNotAllowed, "\"\(member)\" is not https: \(url.text)")
        }
        return url
    }
}

/// An issuer's name, and where its metadata stands.
struct IssuerIdentity: Sendable, Hashable {
    /// What the metadata's `issuer` must be: the issuer itself, or the template that it gives for all its tenants.
    let name: String
    /// The issuer's address, from which those of its metadata are made.
    let url: ProviderURL
    private let allowsInsecure: Bool

    /// Nil where the address may not be fetched: it is https, but for loopback or where that is allowed.
    init?(name: String, address: String, allowsInsecure: Bool) {
        guard let url = ProviderURL(address), !url.hasQuery, url.isSecure || url.isLoopback || allowsInsecure else {
            return nil
        }
        self.name = name
        self.url = url
        self.allowsInsecure = allowsInsecure
    }

    /// Whether an address that the metadata names may be fetched: an https issuer's keys never come by http.
    func allows(_ other: ProviderURL) -> Bool {
        other.isSecure || (!url.isSecure && (other.isLoopback || allowsInsecure))
    }

    /// The addresses of the metadata, in the order in which they are tried.
    var metadataURLs: [String] {
        var path = url.path
        while path.hasSuffix("/") { path.removeLast() }
        return [
            // OpenID Connect Discovery §4 appends,
            "\(url.origin)\(path)/.well-known/openid-configuration",
            // RFC 8414 §3.1 inserts.
            "\(url.origin)/.well-known/oauth-authorization-server\(path)",
        ]
    }
}
