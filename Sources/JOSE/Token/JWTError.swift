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
        /// The cryptographic library could not encrypt, or the caller asked for what the key cannot do.
        public static let encryptionFailed = Code(rawValue: "encryption_failed")
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
        /// Whether a proof or a one-time token was seen before cannot be told: the store of those is full or away.
        public static let replayCheckUnavailable = Code(rawValue: "replay_check_unavailable")
        /// The cryptographic library could not sign.
        public static let signingFailed = Code(rawValue: "signing_failed")
    }

    /// The kind of refusal.
    public let code: Code
    /// The claim at fault, where one is; of a DPoP proof, the header parameter too.
    public var claim: String? { words?.claim }
    /// What was expected, for the log.
    public var expected: String? { words?.expected }
    /// What came instead, for the log: cut to 200 characters and without control characters.
    public var received: String? {
        if case .fault(let fault) = detail { fault.description } else { words?.received }
    }

    private let detail: Detail

    /// Makes an error.
    public init(_ code: Code, claim: String? = nil, expected: String? = nil, received: String? = nil) {
        self.code = code
        if claim == nil, expected == nil, received == nil {
            detail = .none
        } else {
            detail = .words(Words(claim: claim, expected: expected, received: received.map(Self.loggable)))
        }
    }

    private var words: Words? {
        if case .words(let words) = detail { words } else { nil }
    }

    /// A text from a token, cut to 200 characters and without control characters.
    static func loggable(_ text: String) -> String {
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
        code = fault.code == .limit ? .tooLarge : .malformed
        detail = .fault(fault)
    }

    /// What the log may know besides the code; small, for an error travels far, and nothing for a malformed token, whose
    /// refusal is to cost no allocation.
    private enum Detail: Sendable, Equatable {
        case none
        case fault(JSONError)
        case words(Words)
    }

    private final class Words: Sendable, Equatable {
        let claim: String?
        let expected: String?
        let received: String?

        init(claim: String?, expected: String?, received: String?) {
            self.claim = claim
            self.expected = expected
            self.received = received
        }

        static func == (left: Words, right: Words) -> Bool {
            left.claim == right.claim && left.expected == right.expected && left.received == right.received
        }
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
