internal import Logging

/// Reads what other nodes have written, so that this one knows it within about a second: revocations and signing keys.
///
/// A notice of the database only says that there is something to read; a poll every second is what is relied on.
public actor OtherNodes {
    /// How far back each poll reads again, in milliseconds.
    ///
    /// Numbers are given before their transactions are visible, so that a lower one may turn up behind a higher one: for
    /// as long as an acknowledged transaction may last (10 s), and this is twice that.
    static let overlap: Int64 = 20_000
    /// How often everything is read again, in milliseconds: for what no rule foresees.
    static let fullInterval: Int64 = 60_000

    private let domain: Domain
    /// When polls ended, and the highest number that each had seen.
    private var seen: [(at: Int64, number: Int64)] = []
    private var fullAt: Int64?
    private var isFailing = false

    /// Makes a reader that has read nothing yet.
    public init(_ domain: Domain) {
        self.domain = domain
    }

    /// Reads once; never throws, only logs.
    public func poll() async {
        let began = domain.clock.monotonicMilliseconds()
        do {
            try await read(began)
            domain.contact.note(readAt: began)
            if isFailing { domain.logger.notice("the database answers again; revocations and keys are up to date") }
            isFailing = false
        } catch {
            // A gap may hide anything.
            fullAt = nil
            guard domain.contact.isLost, !isFailing else { return }
            isFailing = true
            domain.logger.error(
                "the database has not answered for too long: tokens are not vouched for until it does",
                metadata: ["error": "\(error)"]
            )
        }
    }

    private func read(_ began: Int64) async throws {
        let isFull = fullAt.map { began - $0 >= Self.fullInterval } ?? true
        let start = isFull ? -1 : seen.last { began - $0.at >= Self.overlap }?.number ?? -1
        let page = try await domain.storage.revocations(after: start, at: domain.clock.now())
        domain.revocations.add(page.revocations)
        try await domain.keyRing.reload()
        if isFull { fullAt = began }
        // Counted from the end: what was seen had been visible by then.
        seen.append((domain.clock.monotonicMilliseconds(), page.last))
        if let oldest = seen.lastIndex(where: { began - $0.at >= Self.overlap }) { seen.removeFirst(oldest) }
    }
}
