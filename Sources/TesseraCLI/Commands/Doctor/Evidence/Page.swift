import JOSE
import TesseraCore

/// An HTTP answer, and when it came.
struct Page: Sendable {
    let url: String
    let status: Int
    /// By lower-case name; several of one name stand in one value, with commas between.
    let headers: [String: String]
    let body: [UInt8]
    let askedAt: Timestamp
    let answeredAt: Timestamp

    /// The body as a JSON object, if it is one.
    var json: JSONObject? {
        try? JSONObject(parsing: body, limits: JSONLimits(depth: 16, members: 10_000, bytes: 1 << 20))
    }

    /// The directives of `Cache-Control`, in lower case.
    var cacheControl: [String] {
        (headers["cache-control"] ?? "").lowercased().split(separator: ",").map { part in
            String(part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        }
    }

    /// How long it may be kept, in seconds.
    var maximumAge: Int? {
        cacheControl.first { $0.hasPrefix("max-age=") }.flatMap { Int($0.dropFirst(8)) }
    }
}

/// Why there is no answer, in words for a person.
struct NoAnswer: Error, Equatable {
    let reason: String
    /// Whether it is TLS that failed: the certificate is unknown, for another name, or out of date.
    var isTLS = false
}

/// What a server shows to everybody.
struct PublicView: Sendable {
    var metadata: Result<Page, NoAnswer>
    var keySet: Result<Page, NoAnswer>?
    var feed: Result<Page, NoAnswer>?
    var metrics: Result<Page, NoAnswer>?
    /// What the same host answers to plain HTTP; only for an https URL.
    var plain: Result<Page, NoAnswer>?
    /// The certificate it shows, whether or not it is valid; only for an https URL.
    var certificate: PeerCertificate?
    /// How many forwarded addresses the server ignored while it was asked for this view; nil where it does not tell.
    var ignoredForwards: Int?
}

/// What a server's certificate says.
struct PeerCertificate: Sendable, Equatable {
    let validFrom: Timestamp
    let expiresAt: Timestamp
}
