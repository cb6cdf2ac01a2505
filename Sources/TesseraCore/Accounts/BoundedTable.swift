/// A map of fixed size for records that strangers cause: when a place is needed the least weighty record goes.
///
/// Sixteen places share a bucket. A key's bucket depends on the process's random hash seed (the keys are digests made
/// with it), so nobody can aim at a victim's bucket; and a record that took guesses to make outweighs those of a flood.
struct BoundedTable<Record: Sendable>: Sendable {
    private struct Entry {
        let key: UInt64
        var record: Record
    }

    private static var ways: Int { 16 }
    private var buckets: [[Entry]]

    /// A table for about as many records, grown as they come.
    init(capacity: Int) {
        buckets = Array(repeating: [], count: max(1, (capacity + Self.ways - 1) / Self.ways))
    }

    /// The most records there can be.
    var capacity: Int { buckets.count * Self.ways }

    /// How many records there are.
    var count: Int { buckets.reduce(0) { $0 + $1.count } }

    subscript(key: UInt64) -> Record? {
        buckets[bucket(of: key)].first { $0.key == key }?.record
    }

    /// Changes the record, if there is one.
    mutating func update<Result>(_ key: UInt64, _ change: (inout Record) -> Result) -> Result? {
        let bucket = bucket(of: key)
        guard let place = buckets[bucket].firstIndex(where: { $0.key == key }) else { return nil }
        return change(&buckets[bucket][place].record)
    }

    /// Changes the record, or a new one, which takes the place of the least weighty if there is none free.
    mutating func upsert<Result>(
        _ key: UInt64,
        new: @autoclosure () -> Record,
        weight: (Record) -> Int64,
        _ change: (inout Record) -> Result
    ) -> Result {
        let bucket = bucket(of: key)
        let place: Int
        if let found = buckets[bucket].firstIndex(where: { $0.key == key }) {
            place = found
        } else if buckets[bucket].count < Self.ways {
            place = buckets[bucket].count
            buckets[bucket].append(Entry(key: key, record: new()))
        } else {
            let lightest = buckets[bucket].indices.min { left, right in
                weight(buckets[bucket][left].record) < weight(buckets[bucket][right].record)
            }
            place = lightest ?? 0
            buckets[bucket][place] = Entry(key: key, record: new())
        }
        return change(&buckets[bucket][place].record)
    }

    private func bucket(of key: UInt64) -> Int {
        Int(key % UInt64(buckets.count))
    }
}
