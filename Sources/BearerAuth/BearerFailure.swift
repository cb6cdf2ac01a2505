public import HTTPTypes
public import JOSE

/// Why a request is refused, and the one answer it gets (RFC 6750 §3.1).
///
/// The answer carries the standard's code and a sentence for its kind; ``reason`` is for the log.
public struct BearerFailure: Error, Sendable, Equatable {
    /// The kinds of refusal, with stable names.
    public struct Code: RawRepresentable, Hashable, Sendable {
        /// The stable name.
        public let rawValue: String

        /// Makes a code of its name.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// No bearer token came: 401 with a bare challenge.
        public static let unauthorized = Code(rawValue: "unauthorized")
        /// The token came in two ways, or in none that can be read: 400.
        public static let invalidRequest = Code(rawValue: "invalid_request")
        /// The token is not valid: 401.
        public static let invalidToken = Code(rawValue: "invalid_token")
        /// The proof that the sender has the token's key does not hold: 401.
        public static let invalidProof = Code(rawValue: "invalid_dpop_proof")
        /// It cannot be told whether a proof was used before: 503.
        public static let proofsUnavailable = Code(rawValue: "replay_check_unavailable")
        /// The token permits too little: 403.
        public static let insufficientScope = Code(rawValue: "insufficient_scope")
        /// There are no keys to verify with: 503.
        public static let keysUnavailable = Code(rawValue: "keys_unavailable")
        /// It is not known which tokens have been revoked: 503.
        public static let revocationsUnavailable = Code(rawValue: "revocations_unavailable")
    }

    /// The kind of refusal.
    public let code: Code
    /// Why the token is not valid, where it is not; for the log only.
    public let reason: JWTError?
    /// What was wrong with the request as a whole; for the log only.
    public let detail: String?
    /// The scope that is needed, where it is too little.
    public let scope: Scope
    /// When to come again, where the fault is ours.
    public let retryAfterSeconds: Int?
    /// The protection space named in the challenge.
    public let realm: String
    /// Where this service's metadata is (RFC 9728 §5.1), if it has any.
    public let resourceMetadata: String?
    /// The algorithms of the proofs that are taken here, where any are (RFC 9449 §7.1).
    public let proofAlgorithms: String?
    /// Whether the token came as one that is bound to a key.
    public let isForProof: Bool

    init(
        _ code: Code,
        realm: String,
        reason: JWTError? = nil,
        detail: String? = nil,
        scope: Scope = [],
        retryAfterSeconds: Int? = nil,
        resourceMetadata: String? = nil,
        proofAlgorithms: String? = nil,
        isForProof: Bool = false
    ) {
        self.code = code
        self.realm = realm
        self.reason = reason
        self.detail = detail
        self.scope = scope
        self.retryAfterSeconds = retryAfterSeconds
        self.resourceMetadata = resourceMetadata
        self.proofAlgorithms = proofAlgorithms
        self.isForProof = isForProof
    }

    /// The status of the answer.
    public var status: HTTPResponse.Status {
        switch code {
        case .invalidRequest: .badRequest
        case .insufficientScope: .forbidden
        case .keysUnavailable, .revocationsUnavailable, .proofsUnavailable: .serviceUnavailable
        default: .unauthorized
        }
    }

    /// The `WWW-Authenticate` values: none where another token would not help, and a second for DPoP where that is
    /// taken.
    public var challenges: [String] {
        guard status != .serviceUnavailable else { return [] }
        guard let proofAlgorithms else { return [challenge("Bearer", saysError: true)] }
        let proof = challenge("DPoP", saysError: isForProof) + ", algs=\(Self.quoted(proofAlgorithms))"
        // RFC 9449 §7.1: who came with a proof is answered in its scheme; who came without learns of both.
        return isForProof ? [proof] : [challenge("Bearer", saysError: true), proof]
    }

    /// The first `WWW-Authenticate` value; nil where another token would not help.
    public var challenge: String? { challenges.first }

    private func challenge(_ scheme: String, saysError: Bool) -> String {
        var text = "\(scheme) realm=\(Self.quoted(realm))"
        // RFC 6750 §3.1: who sent no credentials is not told of an error.
        if saysError, code != .unauthorized { text += ", error=\(Self.quoted(code.rawValue))" }
        if code == .insufficientScope, !scope.isEmpty { text += ", scope=\(Self.quoted(scope.description))" }
        if let resourceMetadata { text += ", resource_metadata=\(Self.quoted(resourceMetadata))" }
        return text
    }

    /// The header fields of the answer, but for those of its body.
    public var fields: HTTPFields {
        var fields: HTTPFields = [.cacheControl: "no-store"]
        for challenge in challenges { fields.append(HTTPField(name: .wwwAuthenticate, value: challenge)) }
        if let retryAfterSeconds { fields[.retryAfter] = String(retryAfterSeconds) }
        return fields
    }

    /// The body of the answer: an RFC 9457 problem, for `application/problem+json`.
    public var problem: String {
        """
        {"type":"about:blank","title":"\(status.reasonPhrase)","status":\(status.code),"code":"\(code.rawValue)",\
        "detail":"\(advice)"}
        """
    }

    /// What the sender of the request can do: the same for every fault of a kind.
    private var advice: String {
        switch code {
        case .unauthorized: "Send an access token in the Authorization header."
        case .invalidRequest: "Send one access token, once, in the Authorization header."
        case .insufficientScope: "The access token lacks a scope that is needed here."
        case .keysUnavailable: "The keys that verify access tokens are not there yet; try again."
        case .invalidProof: "Send a new DPoP proof for this request, by the key of the access token."
        case .proofsUnavailable: "DPoP proofs cannot be checked now; try again."
        case .revocationsUnavailable: "It cannot be told now which access tokens have been revoked; try again."
        default: "The access token is not valid; refresh it or log in again."
        }
    }

    /// An RFC 9110 quoted string; what a header may not hold is left out.
    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars where scalar.value >= 0x20 && scalar.value < 0x7F {
            if scalar == "\"" || scalar == "\\" { quoted += "\\" }
            quoted.unicodeScalars.append(scalar)
        }
        return quoted + "\""
    }
}

extension BearerFailure: CustomStringConvertible {
    /// The refusal in one line for the log; never the token.
    public var description: String {
        var text = code.rawValue
        if let detail { text += ": \(detail)" }
        if let reason { text += ": \(reason)" }
        if !scope.isEmpty { text += " scope=\(scope)" }
        return text
    }
}
