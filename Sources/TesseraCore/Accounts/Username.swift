internal import Foundation

/// The rules for user names.
public enum Username {
    /// The most characters one may have.
    public static let maximumLength = 64

    /// The one form by which names are unique and looked up: NFKC, case-folded.
    public static func canonical(_ name: String) -> String {
        // Folding may leave a text that is no longer NFKC, so it is normalised on both sides.
        name.precomposedStringWithCompatibilityMapping
            .folding(options: .caseInsensitive, locale: nil)
            .precomposedStringWithCompatibilityMapping
    }

    /// Why a name is refused; nil where it is fine.
    ///
    /// Names are refused, never trimmed.
    public static func fault(in name: String) -> String? {
        if name.isEmpty { return "The user name is empty." }
        if name.unicodeScalars.count > maximumLength {
            return "The user name has more than \(maximumLength) characters."
        }
        if name.unicodeScalars.contains(where: isControl) { return "The user name has a control character in it." }
        if let first = name.unicodeScalars.first, let last = name.unicodeScalars.last,
            first.properties.isWhitespace || last.properties.isWhitespace
        {
            return "The user name begins or ends with a space."
        }
        if canonical(name).isEmpty { return "The user name has no visible character." }
        return nil
    }

    /// Control, format, surrogate, private and unassigned characters and line ends: none can be seen or typed alike.
    static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: true
        default: false
        }
    }
}

/// The rules for e-mail addresses: enough to catch a slip, no more.
public enum EmailAddress {
    /// Why an address is refused; nil where it is fine.
    public static func fault(in address: String) -> String? {
        let parts = address.split(separator: "@", omittingEmptySubsequences: false)
        let labels = parts.last?.split(separator: ".", omittingEmptySubsequences: false) ?? []
        guard parts.count == 2, parts[0].isEmpty == false, labels.count > 1, labels.allSatisfy({ !$0.isEmpty }),
            address.utf8.count <= 254,
            !address.unicodeScalars.contains(where: { $0.properties.isWhitespace || Username.isControl($0) })
        else { return "The e-mail address is not of the form name@example.org." }
        return nil
    }
}
