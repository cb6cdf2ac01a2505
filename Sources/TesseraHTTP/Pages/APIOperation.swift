internal import JOSE

/// One thing that can be called: what the OpenAPI document and the page say of it.
struct APIOperation: Sendable {
    /// How a caller proves who it is.
    enum Security: String, Sendable {
        /// Not at all.
        case none
        /// As a client: `Basic`, fields of the form, or nothing for a public client.
        case client
        /// With an access token.
        case bearer
        /// With an access token of an administrator.
        case administrator
    }

    /// A part of the path or of the query.
    struct Parameter: Sendable {
        enum Place: String, Sendable {
            case path
            case query
        }

        let name: String
        let place: Place
        let summary: String
    }

    /// What is sent.
    struct Body: Sendable {
        let mediaType: String
        let fields: [Field]

        static func form(_ fields: Field...) -> Body {
            Body(mediaType: "application/x-www-form-urlencoded", fields: fields)
        }

        static func json(_ fields: Field...) -> Body {
            Body(mediaType: "application/json", fields: fields)
        }
    }

    /// A field of a form or a member of a JSON object.
    struct Field: Sendable {
        enum Kind: Sendable {
            case text
            case secret
            case strings
            case flag
            case rows
        }

        let name: String
        let kind: Kind
        let isRequired: Bool
        let summary: String

        init(_ name: String, _ summary: String, kind: Kind = .text, required: Bool = false) {
            self.name = name
            self.kind = kind
            self.isRequired = required
            self.summary = summary
        }
    }

    /// What is answered.
    struct Answer: Sendable {
        let status: Int
        let summary: String
        /// A schema of the document's components; none for an answer without a body.
        var schema: String?
        var mediaType = "application/json"

        init(_ status: Int, _ summary: String, _ schema: String? = nil, mediaType: String = "application/json") {
            self.status = status
            self.summary = summary
            self.schema = schema
            self.mediaType = mediaType
        }
    }

    let method: String
    let path: String
    let tag: String
    let id: String
    let summary: String
    let security: Security
    let parameters: [Parameter]
    let body: Body?
    let answers: [Answer]

    init(
        _ method: String,
        _ path: String,
        tag: String,
        id: String,
        _ summary: String,
        security: Security = .none,
        query: [(String, String)] = [],
        body: Body? = nil,
        answers: [Answer]
    ) {
        self.method = method
        self.path = path
        self.tag = tag
        self.id = id
        self.summary = summary
        self.security = security
        self.parameters =
            path.split(separator: "/").filter { $0.first == "{" }.map {
                Parameter(name: String($0.dropFirst().dropLast()), place: .path, summary: "")
            } + query.map { Parameter(name: $0.0, place: .query, summary: $0.1) }
        self.body = body
        self.answers = answers
    }
}
