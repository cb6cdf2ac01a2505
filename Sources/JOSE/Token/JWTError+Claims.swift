// What is wrong with a claim, in words for the log: its kind or a number, never a text that may be a secret.

extension JSONValue {
    /// What kind of value this is.
    var kind: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }

    /// The value as a NumericDate in whole seconds; nil for another type or out of range (RFC 7519 §2).
    var seconds: Int64? {
        if case .number(let number) = self { NumericDate.seconds(number.description) } else { nil }
    }

    /// The value that a path of names and indices leads to.
    fileprivate func value(at path: some Collection<any CodingKey>) -> JSONValue? {
        var value: JSONValue? = self
        for key in path {
            if let elements = value?.arrayValue {
                value = key.intValue.flatMap { elements.indices.contains($0) ? elements[$0] : nil }
            } else {
                value = value?[key.stringValue]
            }
        }
        return value
    }
}

extension JWTError {
    /// A registered claim of a payload that is not what the claim may hold.
    init(registered claim: String, in payload: UnsafeBufferPointer<UInt8>) {
        let expected =
            switch claim {
            case "exp", "nbf", "iat": "a number of seconds from 0 to \(NumericDate.last)"
            case "aud", "scope", "scp": "a string or an array of at most \(RegisteredClaims.maximumAudiences) strings"
            default: "a string"
            }
        let value = (try? JSONObject(parsing: payload, limits: .default))?[claim]
        let received = if case .number(let number)? = value { number.description } else { value?.kind }
        self.init(.claimInvalid, claim: claim, expected: expected, received: received)
    }

    /// A claim whose value does not decode as the type that its name has.
    init(undecodable claim: String, _ value: JSONValue, _ fault: any Error) {
        self.init(fault, path: [JSONCodingKey(stringValue: claim)], in: .object([claim: value]))
    }

    /// Claims that do not decode as the app's type.
    init(undecodable claims: JSONObject, _ fault: any Error) {
        self.init(fault, path: [], in: .object(claims))
    }

    private init(_ fault: any Error, path outer: [any CodingKey], in claims: JSONValue) {
        switch fault {
        case DecodingError.keyNotFound(let key, let context):
            let path = outer + context.codingPath + [key]
            let code: Code = outer.isEmpty ? .claimMissing : .claimInvalid
            self.init(code, claim: Self.first(path), expected: path.count > 1 ? Self.text(path) : nil)
        case DecodingError.typeMismatch(let type, let context), DecodingError.valueNotFound(let type, let context):
            let path = outer + context.codingPath
            let place = path.count > 1 ? " at \(Self.text(path))" : ""
            self.init(
                .claimInvalid,
                claim: Self.first(path),
                expected: Self.words(for: type) + place,
                received: claims.value(at: path)?.kind
            )
        case DecodingError.dataCorrupted(let context):
            let path = outer + context.codingPath
            self.init(.claimInvalid, claim: Self.first(path), received: claims.value(at: path)?.kind)
        default:
            self.init(.claimInvalid, claim: Self.first(outer))
        }
    }

    // A path may hold names from the token, where the app's type is a dictionary.
    private static func first(_ path: [any CodingKey]) -> String? {
        path.first.map { loggable($0.stringValue) }
    }

    private static func text(_ path: [any CodingKey]) -> String {
        loggable(path.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: "."))
    }

    private static func words(for type: any Any.Type) -> String {
        switch type {
        case is String.Type: "a string"
        case is Bool.Type: "a boolean"
        case is any FixedWidthInteger.Type: "a whole number (\(type))"
        case is any BinaryFloatingPoint.Type: "a number"
        case is JSONObject.Type: "an object"
        case is [JSONValue].Type: "an array"
        default: "\(type)"
        }
    }
}
