internal import Crypto

/// The target's note of a move: from which database, and whether it is done.
///
/// While it is not, no server may work with the target.
struct MoveMark: Sendable, Equatable {
    /// Its name among the metadata.
    static let name = "move"

    /// A digest of what tells the source from all other databases: its master key's check value.
    let source: [UInt8]
    var isDone: Bool

    init(source: [UInt8], isDone: Bool) {
        self.source = source
        self.isDone = isDone
    }

    /// The mark of a move from a database.
    init(from connection: any SQLConnection) throws(SQLFailure) {
        guard let check = try connection.masterKeyCheck() else {
            throw SQLFailure(.notFound, "the source has never been served: there is nothing to move")
        }
        self.init(source: Array(SHA256.hash(data: check)), isDone: false)
    }

    /// The mark in a database; nil where there is none.
    static func find(_ connection: any SQLConnection) throws(SQLFailure) -> MoveMark? {
        let rows = try connection.query("SELECT value FROM metadata WHERE name = $1", [.text(name)])
        guard let value = try rows.first?.bytes(0), let state = value.first else { return nil }
        return MoveMark(source: Array(value.dropFirst()), isDone: state == 1)
    }

    /// Writes the mark.
    func store(_ connection: any SQLConnection) throws(SQLFailure) {
        try connection.execute(
            "INSERT INTO metadata (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = $2",
            [.text(Self.name), .bytes([isDone ? 1 : 0] + source)]
        )
    }
}
