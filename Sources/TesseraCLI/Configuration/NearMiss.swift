/// Finds what somebody probably meant to type.
enum NearMiss {
    /// The known word closest to `word`, if one is close enough to be worth suggesting.
    static func suggestion(for word: String, among known: some Sequence<String>) -> String? {
        let word = word.lowercased().map { $0 == "-" ? "_" : $0 }
        guard word.count <= 64 else { return nil }
        let ranked = known.map { (known: $0, distance: distance(word, Array($0))) }
        guard let best = ranked.min(by: { $0.distance < $1.distance }) else { return nil }
        return best.distance <= max(2, word.count / 3) ? best.known : nil
    }

    /// Levenshtein's: insertions, deletions and substitutions.
    private static func distance(_ first: [Character], _ second: [Character]) -> Int {
        var row = Array(0...second.count)
        for (line, letter) in first.enumerated() {
            var diagonal = row[0]
            row[0] = line + 1
            for (column, other) in second.enumerated() {
                let substituted = diagonal + (letter == other ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(substituted, row[column] + 1, row[column + 1] + 1)
            }
        }
        return row[second.count]
    }
}
