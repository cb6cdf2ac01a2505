import JOSE
import TesseraCore

/// Reads the audit trail page by page.
struct AuditReading {
    let user: String?
    let event: String?
    let since: Timestamp?
    let data: DataOptions

    /// The newest rows, the oldest of them first.
    func newest(_ limit: Int) async throws(CommandFailure) -> [AuditRecord] {
        let size = min(limit, ReadAudit.largestPage)
        let command = ReadAudit(username: user, event: event, since: since, limit: size)
        let rows = try await perform(command)
        guard limit > size else { return rows }
        // More than one answer holds: read on from the beginning, and keep the end.
        var all: [AuditRecord] = []
        try await pages(after: 0, isContinued: true) { page throws(CommandFailure) in
            all = (all + page).suffix(limit)
        }
        return all
    }

    /// Hands over all rows after a number, page by page; answers the number of the last.
    @discardableResult
    func pages(
        after start: Int64,
        isContinued: Bool,
        _ body: ([AuditRecord]) throws(CommandFailure) -> Void
    ) async throws(CommandFailure) -> Int64 {
        var last = start
        var isContinued = isContinued
        while true {
            let rows = try await perform(
                ReadAudit(
                    username: user,
                    event: event,
                    since: since,
                    after: last,
                    limit: ReadAudit.largestPage,
                    isContinued: isContinued
                )
            )
            isContinued = true
            try body(rows)
            last = rows.last?.number ?? last
            if rows.count < ReadAudit.largestPage { return last }
        }
    }

    /// Where the chain ends, for who lists no row and wants to follow.
    func end(after last: Int64?) async throws(CommandFailure) -> Int64 {
        if let last { return last }
        return try await perform(ReadAudit(limit: 1, isContinued: true)).last?.number ?? 0
    }

    private func perform(_ command: ReadAudit) async throws(CommandFailure) -> [AuditRecord] {
        try await AdministrationAccess.with(data) { server throws(AdministrationError) in
            try await server.perform(command)
        }
    }
}

/// Writes rows of the audit trail: a JSON object a line, or a table.
final class AuditPrinter {
    private let json: Bool
    /// Whether a heading is still to come: over a table, once.
    private var needsHeading: Bool

    init(json: Bool, hasHeading: Bool) {
        self.json = json
        self.needsHeading = hasHeading
    }

    func print(_ rows: [AuditRecord]) throws(CommandFailure) {
        if json {
            if !rows.isEmpty { try Console.result(rows.map { RecordFormat.json($0).text }.joined(separator: "\n")) }
            return
        }
        var table = TextTable(needsHeading ? ["NUMBER", "TIME", "EVENT", "USER", "CLIENT", "SESSION", "DETAIL"] : [])
        needsHeading = false
        for row in rows {
            table.add([
                String(row.number), RecordFormat.time(row.at), row.event, row.username ?? row.accountID ?? "-",
                row.clientID ?? "-", row.sessionID ?? "-", row.detail ?? "-",
            ])
        }
        if !table.text.isEmpty { try Console.result(table.text) }
    }
}
