internal import HTTPTypes
internal import Hummingbird
internal import JOSE
internal import TesseraCore

/// `GET /revocations`: the feed of what is refused before its time; `docs/revocation.md` is its manual.
struct RevocationFeedEndpoint: Sendable {
    /// The longest that a request may wait, well within the time that any request may take.
    static let longestWait = 25
    /// When to come again where too many wait already, in seconds.
    static let retryAfter = "5"

    let feed: RevocationFeed
    let answers: FeedAnswers
    let followers: Followers

    init(_ feed: RevocationFeed, followers: Followers) {
        self.feed = feed
        self.answers = FeedAnswers(feed)
        self.followers = followers
        feed.log.observe { [log = feed.log, weak followers] in followers?.tell(log.sequence) }
    }

    func respond(to request: Request, context: ServerContext) async throws -> Response {
        let wait = try Self.wait(request)
        // A cursor that is not known gets what no cursor gets: everything.
        let start = try request.queryParameter("after").flatMap { feed.sequence(of: $0) }
        if let start, wait > 0 { try await self.wait(wait, from: start, context) }
        // What other nodes have revoked meanwhile is missing, and a signature would say that it is not.
        if feed.isOutOfDate { throw Problem.unavailable(retryAfter: 1, reason: Problem.contactLost) }
        let answer: FeedAnswers.Shared
        do {
            answer = try answers.answer(after: start)
        } catch {
            throw Problem.unavailable(retryAfter: 1, reason: "the feed could not be signed: \(error.code.rawValue)")
        }
        var headers: HTTPFields = [.eTag: answer.entityTag, .cacheControl: "no-cache"]
        if followers.isOver { headers[.connection] = "close" }
        if request.matches(entityTag: answer.entityTag) { return Response(status: .notModified, headers: headers) }
        headers[.contentType] = "application/revocations+jwt"
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: answer.body))
    }

    private func wait(_ seconds: Int, from start: UInt64, _ context: ServerContext) async throws(Problem) {
        let (log, channel) = (feed.log, context.channel)
        do {
            try await followers.wait(context.clientAddress, at: start, for: .seconds(seconds)) {
                log.sequence
            } watching: { tell in
                channel.triggerUserOutboundEvent(DepartureHandler.Watch(tell: tell), promise: nil)
            }
        } catch {
            // Who has something to read is not told to come again.
            if log.sequence != start { return }
            switch error {
            case .tooMany:
                throw Problem(
                    .serviceUnavailable,
                    code: "too_many_followers",
                    "Too many requests wait at the feed; try again, or ask without waiting.",
                    headers: [.retryAfter: Self.retryAfter]
                )
            case .tooManyFromAddress:
                throw Problem(
                    .tooManyRequests,
                    code: "too_many_followers",
                    "Too many requests from this address wait at the feed; try again, or ask without waiting.",
                    headers: [.retryAfter: Self.retryAfter]
                )
            }
        }
    }

    private static func wait(_ request: Request) throws(Problem) -> Int {
        guard let text = try request.queryParameter("wait") else { return 0 }
        guard (1...9).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let seconds = Int(text)
        else {
            throw Problem(.badRequest, code: "wait_invalid", "wait must be a whole number of seconds.")
        }
        return min(seconds, longestWait)
    }
}
