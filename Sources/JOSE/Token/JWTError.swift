/// Why a token is refused.
///
/// It never quotes the token, and is safe to log.
/// A client is told the standard's code only (`invalid_token`); `expected` and `received` are for the log.
public struct JWTError: Error, Sendable, Equatable {
    /// The kinds of refusal, with stable names.
    public struct Code: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
        /// The code's stable name.
        public let rawValue: String

        /// Makes a code from its name.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// The code's stable name.
        public var description: String { rawValue }

        /// Not a compact JWS of strict base64url and strict JSON.
        public static let malformed = Code(rawValue: "malformed")
        /// Longer than the profile reads.
        public static let tooLarge = Code(rawValue: "too_large")
        /// The header's `alg` is not the key's, or not one the profile allows.
        public static let algorithmNotAllowed = Code(rawValue: "algorithm_not_allowed")
        /// No usable key has the token's `kid`, or a token without one fits no key alone.
        public static let keyNotFound = Code(rawValue: "key_not_found")
        /// The signature is not the key's.
        public static let signatureInvalid = Code(rawValue: "signature_invalid")
        /// The content cannot be decrypted.
        public static let decryptionFailed = Code(rawValue: "decryption_failed")
        /// The header asks for an extension this library does not have, or asks wrongly.
        public static let criticalHeaderUnsupported = Code(rawValue: "critical_header_unsupported")
        /// The header's `typ` is not the profile's.
        public static let typeMismatch = Code(rawValue: "type_mismatch")
        /// The time is at or past `exp`.
        public static let expired = Code(rawValue: "expired")
        /// The time is before `nbf`.
        public static let notYetValid = Code(rawValue: "not_yet_valid")
        /// `iat` lies ahead of the time.
        public static let issuedInFuture = Code(rawValue: "issued_in_future")
        /// `iss` is another issuer.
        public static let issuerMismatch = Code(rawValue: "issuer_mismatch")
        /// `aud` names none of the audiences.
        public static let audienceMismatch = Code(rawValue: "audience_mismatch")
        /// A claim that the profile requires is absent.
        public static let claimMissing = Code(rawValue: "claim_missing")
        /// A claim has a wrong type or a value out of range.
        public static let claimInvalid = Code(rawValue: "claim_invalid")
        /// The token, its session or its subject has been revoked.
        public static let revoked = Code(rawValue: "revoked")
        /// No keys have been loaded.
        public static let keysUnavailable = Code(rawValue: "keys_unavailable")
        /// A DPoP proof does not hold.
        public static let proofInvalid = Code(rawValue: "proof_invalid")
        /// A DPoP proof or a one-time token was seen before.
        public static let replayed = Code(rawValue: "replayed")
        /// The cryptographic library could not sign.
        public static let signingFailed = Code(rawValue: "signing_failed")
    }

    /// The kind of refusal.
    public let code: Code
    /// The claim at fault, where one is.
    public let claim: String?
    /// What was expected, for the log.
    public let expected: String?
    /// What came instead, for the log: cut to 200 characters and without control characters.
    public let received: String?

    /// Makes an error.
    public init(_ code: Code, claim: String? = nil, expected: String? = nil, received: String? = nil) {
        self.code = code
        self.claim = claim
        self.expected = expected
        self.received = received.map(Self.loggable)
    }

    private static func loggable(_ text: String) -> String {
        var clean = ""
        for scalar in text.unicodeScalars.prefix(200) {
            clean.unicodeScalars.append(scalar.properties.generalCategory.isLoggable ? scalar : "\u{FFFD}")
        }
        return clean
    }
}

extension JWTError {
    /// What a JSON fault means for the token that has it.
    init(_ fault: JSONError) {
        self.init(fault.code == .limit ? .tooLarge : .malformed, received: fault.description)
    }
}

extension JWTError: CustomStringConvertible {
    /// The refusal in one line for the log; never the token.
    public var description: String {
        var text = code.rawValue
        if let claim { text += " claim=\(claim)" }
        if let expected { text += " expected=\(expected)" }
        if let received { text += " received=\(received)" }
        return text
    }
}

extension Unicode.GeneralCategory {
    fileprivate var isLoggable: Bool {
        switch self {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
        default: true
        }
    }
}
