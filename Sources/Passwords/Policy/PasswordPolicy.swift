/// What a new password must be: long, and not what others try first.
///
/// Nothing about its composition, and no expiry (NIST SP 800-63B-4 §3.1.1.2).
///
/// ```swift
/// if let violation = PasswordPolicy().violation(of: password, username: "alice") {
///     // 422 with violation.code and violation.reason
/// }
/// ```
public struct PasswordPolicy: Sendable, Hashable {
    /// The fewest code points, counted in normal form C.
    public let minimumLength: Int
    /// Names of the service, which its users' passwords must not lean on.
    public let serviceNames: [String]

    /// A policy.
    ///
    /// - Parameters:
    ///   - minimumLength: 1 to 64, because 64 characters always pass; other values are brought into that range.
    ///   - serviceNames: The product's name, the issuer's host, and the like.
    public init(minimumLength: Int = 12, serviceNames: [String] = ["tessera"]) {
        self.minimumLength = min(max(minimumLength, 1), 64)
        self.serviceNames = serviceNames
    }

    /// The first rule that the password breaks, or nil.
    ///
    /// - Parameters:
    ///   - password: The new password.
    ///   - username: The name it is for, as displayed.
    /// - Returns: The violation, safe to show and to log.
    public func violation(of password: Password, username: String) -> PasswordViolation? {
        guard !password.isTooLong else {
            return violation(.tooLong, "The password is longer than \(Password.maximumByteCount) bytes.")
        }
        guard !password.containsNUL else { return violation(.containsNUL, "The password contains a NUL character.") }
        guard password.codePointCount >= minimumLength else {
            return violation(
                .tooShort,
                "The password has \(password.codePointCount) characters; at least \(minimumLength) are needed."
            )
        }
        let text = password.normalized.revealed
        if names(username, in: text) {
            return violation(.containsUsername, "The password contains the user name.")
        }
        if serviceNames.contains(where: { names($0, in: text) }) {
            return violation(.containsServiceName, "The password contains the name of the service.")
        }
        if CommonPasswords.contains(text) {
            return violation(.common, "The password is one of those that are tried first.")
        }
        if isPredictable(text) {
            return violation(.predictable, "The password repeats, counts or follows the keyboard.")
        }
        return nil
    }

    /// Whether the text is the name, or contains it.
    ///
    /// Names of up to three characters are part of too many words.
    private func names(_ name: String, in text: String) -> Bool {
        let name = Array(Normalization.nfc(name).lowercased().utf8)
        let text = Array(Normalization.nfc(text).lowercased().utf8)
        guard !name.isEmpty, name.count <= text.count else { return false }
        guard name.count >= 4 else { return name == text }
        return (0...text.count - name.count).contains { text[$0..<$0 + name.count].elementsEqual(name) }
    }

    private func isPredictable(_ text: String) -> Bool {
        if PredictablePattern.consistsOfRuns(text) { return true }
        guard let unit = PredictablePattern.repeatedUnit(of: text) else { return false }
        return unit.unicodeScalars.count < 8 || CommonPasswords.contains(unit)
            || PredictablePattern.consistsOfRuns(unit)
    }

    private func violation(_ code: PasswordViolation.Code, _ reason: String) -> PasswordViolation {
        PasswordViolation(code: code, reason: reason)
    }
}
