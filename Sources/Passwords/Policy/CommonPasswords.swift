internal import Crypto

/// The passwords that everybody tries first.
///
/// The list is of our own making, by `Scripts/make-common-passwords.py`: well-known words, names, teams and phrases, each
/// with the numbers, years and repetitions that people add, and walks over the keyboard; nothing is copied from a leak.
/// Case, and the digits and signs that stand for letters, are folded away, so that `P@ssw0rd2024` is found as
/// `password2024`. Only digests are shipped, cut to five bytes: with some 18,000 of them another password is taken for
/// one of the list with a chance of 1 to 60 million.
enum CommonPasswords {
    private static let width = 5
    private static let digests: [UInt8] = Base64Text.decode(Substring(table)) ?? []

    /// Whether the password, or the password without the signs around it, is in the list.
    static func contains(_ password: String) -> Bool {
        var bytes = Array(password.lowercased().utf8)
        if isListed(bytes) { return true }
        let whole = bytes.count
        while let last = bytes.last, isSign(last) { bytes.removeLast() }
        if bytes.count != whole, isListed(bytes) { return true }
        let core = bytes.drop(while: isSign)
        return core.count != bytes.count && isListed(Array(core))
    }

    private static func isListed(_ lowercased: [UInt8]) -> Bool {
        guard lowercased.count >= 8 else { return false }
        let digest = SHA256.hash(data: lowercased.map(fold)).prefix(width)
        var range = 0..<(digests.count / width)
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            let entry = digests[middle * width..<(middle + 1) * width]
            if entry.elementsEqual(digest) { return true }
            range =
                digest.lexicographicallyPrecedes(entry)
                ? range.lowerBound..<middle : middle + 1..<range.upperBound
        }
        return false
    }

    private static func isSign(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x20...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: true
        default: false
        }
    }

    /// The letter a digit or sign stands for; must agree with the script's `FOLD`.
    private static func fold(_ byte: UInt8) -> UInt8 {
        switch byte {
        case UInt8(ascii: "0"): UInt8(ascii: "o")
        case UInt8(ascii: "1"), UInt8(ascii: "!"), UInt8(ascii: "|"): UInt8(ascii: "i")
        case UInt8(ascii: "3"): UInt8(ascii: "e")
        case UInt8(ascii: "4"), UInt8(ascii: "@"): UInt8(ascii: "a")
        case UInt8(ascii: "5"), UInt8(ascii: "$"): UInt8(ascii: "s")
        case UInt8(ascii: "7"): UInt8(ascii: "t")
        default: byte
        }
    }
}
