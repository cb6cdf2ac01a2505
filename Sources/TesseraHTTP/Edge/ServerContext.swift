internal import Hummingbird
internal import Logging
internal import NIOCore
internal import TesseraCore

/// What is known of a request beside the request itself.
struct ServerContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// What Hummingbird calls a request's name in the metadata of its logger.
    static let requestIDKey = "hb.request.id"

    /// The name of this request in logs and answers.
    var requestID: String
    /// Where the request came from, as far as configuration lets us believe it.
    var clientAddress: ClientAddress?
    /// The connection, for an endpoint that waits and wants to know that its client has gone.
    let channel: any Channel
    /// Where the endpoint says whose page may read the answer; only for requests of another origin.
    var crossOrigin: CrossOriginGrant?

    init(source: ApplicationRequestContextSource) {
        self.coreContext = .init(source: source)
        self.requestID = source.logger[metadataKey: Self.requestIDKey]?.description ?? ""
        self.channel = source.channel
        self.clientAddress = ClientAddress(source.channel.remoteAddress)
    }
}
