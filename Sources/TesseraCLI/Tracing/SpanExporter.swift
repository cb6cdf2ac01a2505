import AsyncHTTPClient
import Logging
import Metrics
import NIOCore
import NIOHTTP1
import ServiceLifecycle
import Synchronization

/// Sends spans to an OpenTelemetry collector, about a second after they ended.
///
/// Nothing waits for it: what comes while the collector is away is kept up to a bound, and beyond that dropped and counted.
final class SpanExporter: Service {
    /// How many spans are kept for a collector that does not answer.
    static let capacity = 8192
    /// How long spans are gathered.
    private static let interval = Duration.seconds(1)
    /// How many go in one request.
    private static let batchSize = 512

    private let url: String
    private let logger: Logger
    /// Guards what waits; held while a span is added or a batch is taken.
    private let waiting = Mutex<[RecordedSpan.Record]>([])
    private let sent: Counter
    private let dropped: Counter

    /// Makes an exporter; nothing is sent before it runs.
    ///
    /// - Parameters:
    ///   - endpoint: The collector's address for OTLP over HTTP, such as `http://127.0.0.1:4318`.
    ///   - logger: For a collector that does not answer.
    init(endpoint: String, logger: Logger) {
        let base = endpoint.hasSuffix("/") ? String(endpoint.dropLast()) : endpoint
        url = base.hasSuffix("/v1/traces") ? base : base + "/v1/traces"
        self.logger = logger
        sent = Counter(label: "tessera_spans_exported_total")
        dropped = Counter(label: "tessera_spans_dropped_total")
    }

    /// Keeps a span for the next batch.
    func take(_ span: RecordedSpan.Record) {
        let isKept = waiting.withLock { waiting in
            guard waiting.count < Self.capacity else { return false }
            waiting.append(span)
            return true
        }
        if !isKept { dropped.increment() }
    }

    func run() async throws {
        // A client of its own: the collector's troubles are nobody else's.
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.timeout = .init(connect: .seconds(2), read: .seconds(5))
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 1
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        await cancelWhenGracefulShutdown {
            var hadTrouble = false
            while (try? await Task.sleep(for: Self.interval)) != nil {
                let trouble = await self.sendAll(client)
                // One that was cut off by the stop is none.
                guard !Task.isCancelled else { return }
                if (trouble != nil) != hadTrouble { self.tell(trouble) }
                hadTrouble = trouble != nil
            }
        }
        await sendLast(client)
        try? await client.shutdown()
    }

    /// Sends what the last requests left, for a while and no longer: whatever stops the server waits for it.
    private func sendLast(_ client: HTTPClient) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { _ = await self.sendAll(client) }
            group.addTask { try? await Task.sleep(for: .seconds(3)) }
            await group.next()
            group.cancelAll()
        }
        dropped.increment(by: waiting.withLock { $0.count })
    }

    /// Sends what waits, a batch at a time; answers why the collector did not take one.
    private func sendAll(_ client: HTTPClient) async -> String? {
        while true {
            let batch = waiting.withLock { waiting in
                let batch = Array(waiting.prefix(Self.batchSize))
                waiting.removeFirst(batch.count)
                return batch
            }
            guard !batch.isEmpty else { return nil }
            switch await outcome(of: batch, client) {
            case .taken: sent.increment(by: batch.count)
            case .refused(let why):
                dropped.increment(by: batch.count)
                return "\(why): they are dropped"
            case .away(let why):
                dropped.increment(by: putBack(batch))
                return "\(why): they wait, \(Self.capacity) at most"
            }
        }
    }

    /// Lets a batch wait on before all others; answers how many found no room.
    private func putBack(_ batch: [RecordedSpan.Record]) -> Int {
        waiting.withLock { waiting in
            let kept = batch.suffix(max(Self.capacity - waiting.count, 0))
            waiting.insert(contentsOf: kept, at: 0)
            return batch.count - kept.count
        }
    }

    private enum Outcome {
        case taken
        /// It would be refused again.
        case refused(String)
        /// Another time it may be taken.
        case away(String)
    }

    private func outcome(of batch: [RecordedSpan.Record], _ client: HTTPClient) async -> Outcome {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.body = .bytes(ByteBuffer(string: OTLPDocument.text(batch)))
        do {
            // The status says it all: a body that never ends is not waited for.
            let status = try await client.execute(request, timeout: .seconds(5)).status
            if (200..<300).contains(status.code) { return .taken }
            // OTLP over HTTP: these alone are worth another try.
            return [429, 502, 503, 504].contains(status.code) ? .away("\(status)") : .refused("\(status)")
        } catch {
            return .away("\(error)")
        }
    }

    /// Once each way, not once a second.
    private func tell(_ trouble: String?) {
        guard let trouble else { return logger.notice("the trace collector takes spans again") }
        logger.warning(
            "the trace collector (otlp_endpoint) does not take spans",
            metadata: ["url": "\(url)", "reason": "\(trouble)"]
        )
    }
}
