/// Passwords that need no list to be guessed: one character over and over, counting, a walk along the keyboard.
enum PredictablePattern {
    private static let tracks: [[Unicode.Scalar]] = [
        "abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "yxcvbnm",
        "azertyuiop", "qsdfghjklm", "wxcvbn",
        "1qaz", "2wsx", "3edc", "4rfv", "5tgb", "6yhn", "7ujm",
    ].map { Array($0.unicodeScalars) }

    /// Every pair of neighbours on a track, either way, by the two scalars.
    private static let neighbours: Set<UInt64> = {
        var pairs: Set<UInt64> = []
        for track in tracks {
            for (left, right) in zip(track, track.dropFirst()) {
                pairs.insert(key(left, right))
                pairs.insert(key(right, left))
            }
        }
        return pairs
    }()

    /// Whether the text is runs of four and more (on average) that each repeat, count or walk.
    static func consistsOfRuns(_ text: String) -> Bool {
        let scalars = Array(text.lowercased().unicodeScalars)
        guard scalars.count >= 4 else { return false }
        var runs = 1
        for (left, right) in zip(scalars, scalars.dropFirst())
        where left != right && !neighbours.contains(key(left, right)) {
            runs += 1
        }
        return runs * 4 <= scalars.count
    }

    /// The unit that the text repeats from its first character to its last, or nil.
    static func repeatedUnit(of text: String) -> String? {
        let scalars = Array(text.unicodeScalars)
        // The failure function of Knuth, Morris and Pratt: the longest border of each prefix.
        var border = [Int](repeating: 0, count: scalars.count)
        var length = 0
        for index in scalars.indices.dropFirst() {
            while length > 0, scalars[index] != scalars[length] { length = border[length - 1] }
            if scalars[index] == scalars[length] { length += 1 }
            border[index] = length
        }
        let period = scalars.count - (border.last ?? 0)
        guard period * 2 <= scalars.count else { return nil }
        var unit = String.UnicodeScalarView()
        unit.append(contentsOf: scalars.prefix(period))
        return String(unit)
    }

    private static func key(_ left: Unicode.Scalar, _ right: Unicode.Scalar) -> UInt64 {
        UInt64(left.value) << 32 | UInt64(right.value)
    }
}
