extension HTTPTestIssuer {
    /// A wrong answer.
    public enum Fault: Sendable, Hashable {
        /// Another status, with an empty body.
        case status(Int)
        /// The connection is closed before a byte of an answer.
        case hangUp
        /// No byte of an answer, ever.
        case silence
        /// The head and half of the body, then nothing more.
        case stall
        /// Half of the body, then the connection is closed.
        case truncation
        /// A byte at a time, this long apart.
        case trickle(Duration)
        /// A body of so many bytes: the right one, and white space.
        case size(Int)
        /// Another media type.
        case type(String)
        /// Another body.
        case body(String)
        /// 302 to another address, where the right answer would be.
        case redirect(String)

        func spoil(_ reply: inout TestReply) {
            switch self {
            case .status(let status): reply = .status(status)
            case .hangUp: reply.delivery = .nothing(closes: true)
            case .silence: reply.delivery = .nothing(closes: false)
            case .stall: reply.delivery = .half(closes: false)
            case .truncation: reply.delivery = .half(closes: true)
            case .trickle(let pause): reply.delivery = .bytewise(pause)
            case .size(let count):
                reply.body += String(repeating: " ", count: max(count - reply.body.utf8.count, 0))
            case .type(let type): reply.fields["content-type"] = type
            case .body(let body): (reply.status, reply.body) = (200, body)
            case .redirect(let url): reply = TestReply(status: 302, fields: ["location": url], body: "")
            }
        }
    }
}

/// An answer, and how it is sent.
struct TestReply: Sendable {
    enum Delivery: Sendable {
        case whole
        case nothing(closes: Bool)
        case half(closes: Bool)
        case bytewise(Duration)
    }

    var status: Int
    var fields: [String: String] = [:]
    var body: String
    var delivery = Delivery.whole

    static func status(_ status: Int) -> TestReply { TestReply(status: status, body: "") }
    static let hangUp = TestReply(status: 500, body: "", delivery: .nothing(closes: true))
}
