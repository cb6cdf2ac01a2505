import AsyncHTTPClient
import JOSE
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import TesseraCore

/// Asks a server what anybody may ask: no redirects, a bound on size, one on time.
final class Visitor: Sendable {
    private static let patience = TimeAmount.seconds(10)
    private static let limit = 1 << 20

    private let client: HTTPClient
    private let clock: any WallClock

    /// Makes one, which trusts the certificates of a PEM file beside the system's.
    convenience init(trusting authority: String?, clock: any WallClock) throws(CommandFailure) {
        var roots: [NIOSSLCertificate] = []
        if let authority {
            do {
                roots = try NIOSSLCertificate.fromPEMFile(authority)
            } catch {
                throw .usage("\(authority) holds no certificate in PEM that can be read.")
            }
        }
        self.init(verifies: true, roots: roots, clock: clock)
    }

    /// Makes one.
    init(verifies: Bool, roots: [NIOSSLCertificate] = [], clock: any WallClock) {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.timeout = .init(connect: .seconds(5))
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.httpVersion = .http1Only
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.additionalTrustRoots = [.certificates(roots)]
        if !verifies { tls.certificateVerification = .none }
        configuration.tlsConfiguration = tls
        self.client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        self.clock = clock
    }

    func leave() async { try? await client.shutdown() }

    /// Gets a page, of another host than the URL's if one is named.
    func get(_ url: String, host: String? = nil) async -> Result<Page, NoAnswer> {
        var request = HTTPClientRequest(url: url)
        if let host { request.headers.add(name: "Host", value: host) }
        request.headers.add(name: "Accept", value: "application/json, */*;q=0.5")
        let askedAt = clock.now()
        do {
            let response = try await client.execute(request, timeout: Self.patience)
            let answeredAt = clock.now()
            let body = try await response.body.collect(upTo: Self.limit)
            return .success(
                Page(
                    url: url,
                    status: Int(response.status.code),
                    headers: Dictionary(response.headers.map { ($0.name.lowercased(), $0.value) }) { "\($0), \($1)" },
                    body: Array(body.readableBytesView),
                    askedAt: askedAt,
                    answeredAt: answeredAt
                )
            )
        } catch {
            return .failure(NoAnswer(error))
        }
    }

    /// The certificate that a server shows, whatever it is worth.
    func certificate(of address: WebAddress) async -> PeerCertificate? {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.certificateVerification = .none
        guard let context = try? NIOSSLContext(configuration: configuration) else { return nil }
        let name = address.host
        let shown: EventLoopPromise<PeerCertificate?> = MultiThreadedEventLoopGroup.singleton.any().makePromise()
        let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connectTimeout(.seconds(5))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    // An address is no name, and is not sent as one.
                    let tls =
                        try (try? NIOSSLClientHandler(context: context, serverHostname: name))
                        ?? NIOSSLClientHandler(context: context, serverHostname: nil)
                    try channel.pipeline.syncOperations.addHandlers([tls, CertificateReader(tls, shown)])
                }
            }
        guard let channel = try? await bootstrap.connect(host: name, port: address.port ?? 443).get() else {
            shown.succeed(nil)
            return nil
        }
        let timeout = channel.eventLoop.scheduleTask(in: Self.patience) { shown.succeed(nil) }
        let certificate = try? await shown.futureResult.get()
        timeout.cancel()
        try? await channel.close()
        return certificate
    }
}

/// Reads the certificate once the handshake is done.
private final class CertificateReader: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let tls: NIOSSLClientHandler
    private let shown: EventLoopPromise<PeerCertificate?>

    init(_ tls: NIOSSLClientHandler, _ shown: EventLoopPromise<PeerCertificate?>) {
        self.tls = tls
        self.shown = shown
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        shown.succeed(
            tls.peerCertificate.map {
                PeerCertificate(
                    validFrom: Timestamp(seconds: Int64($0.notValidBefore)),
                    expiresAt: Timestamp(seconds: Int64($0.notValidAfter))
                )
            }
        )
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { shown.succeed(nil) }

    func channelInactive(context: ChannelHandlerContext) { shown.succeed(nil) }
}

extension NoAnswer {
    /// What an error of the client means to a person.
    init(_ error: any Error) {
        let text = "\(error)"
        switch error {
        case let error as HTTPClientError:
            let isLate = [.connectTimeout, .deadlineExceeded, .readTimeout].contains(error)
            self.init(reason: isLate ? "there was no answer in time" : error.shortDescription)
        case let error as NIOConnectionError:
            let reasons = error.connectionErrors.map { Self.words($0.error) }
            let names = [error.dnsAError, error.dnsAAAAError].compactMap(\.self)
            self.init(reason: reasons.first ?? (names.isEmpty ? text : "the name is unknown"))
        case let error as IOError:
            self.init(reason: Self.words(error))
        case is NIOSSLError, is NIOSSLExtraError:
            self.init(reason: Self.tlsWords(text), isTLS: true)
        default:
            self.init(reason: text)
        }
    }

    private static func words(_ error: any Error) -> String {
        (error as? IOError).map { SystemError(number: $0.errnoCode).description } ?? "\(error)"
    }

    private static func tlsWords(_ text: String) -> String {
        if text.contains("CERTIFICATE_VERIFY_FAILED") {
            return
                "its certificate is not trusted: it has expired, its issuer is unknown, or a link of its chain is missing"
        }
        if text.contains("Couldn't find") { return "its certificate is for another name" }
        if text.contains("WRONG_VERSION_NUMBER") { return "it does not speak TLS at that port" }
        return "TLS failed: \(text)"
    }
}
