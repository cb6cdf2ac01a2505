import TesseraCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The mark beside the database: one line, replaced in place.
///
/// It is written after what it tells of is on the disk, and never waits for the disk itself: a mark that is lost in a
/// power cut lags behind the database, which is harmless.
struct HistoryMarkFile: HistoryMarkStore {
    private let path: String

    /// The whole line, so that it is written in one piece.
    private static let length = 160

    init(_ database: DatabaseLocation, _ directory: DataDirectory) {
        switch database {
        case .sqlite(let path): self.path = path + ".mark"
        case .postgreSQL: path = directory.path + "/tessera.mark"
        }
    }

    func load() -> HistoryMark? {
        guard let bytes = try? FileInput.read(path: path, limit: 1024) else { return nil }
        return HistoryMark(text: String(decoding: bytes, as: UTF8.self))
    }

    func store(_ mark: HistoryMark) -> Bool {
        let text = Array(mark.text.utf8)
        let line = text + [UInt8](repeating: 0x20, count: max(0, Self.length - 1 - text.count)) + [0x0A]
        let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return line.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) } == line.count
    }
}
