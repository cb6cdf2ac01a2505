/// A claim's name together with the type of its value.
///
/// ```swift
/// extension ClaimName<String> {
///     static var cart: ClaimName { ClaimName("cart") }
/// }
/// let cart = try token[.cart]                    // String?, nil where there is none
/// let tenant = try token.require(.tenantID)      // String
/// ```
///
/// The type is any `Decodable`: `String`, `Int64`, `Bool`, `[String]`, ``JSONObject``, ``JSONValue`` or the app's own.
/// Names are compared as UTF-8 bytes.
public struct ClaimName<Value: Decodable & Sendable>: Sendable {
    /// The name as it stands in a token.
    public let name: String

    /// Names a claim.
    public init(_ name: String) { self.name = name }
}

extension ClaimName: CustomStringConvertible {
    /// The name as it stands in a token.
    public var description: String { name }
}

extension JSONObject {
    /// A claim's value; nil where there is none.
    ///
    /// Throws `JWTError` `claim_invalid` where the claim has another type; `null` is a type of its own.
    public subscript<Value>(claim: ClaimName<Value>) -> Value? {
        get throws(JWTError) {
            guard let value = self[claim.name] else { return nil }
            do {
                return try value.decode(Value.self)
            } catch {
                throw JWTError(undecodable: claim.name, value, error)
            }
        }
    }

    /// The value of a claim that must be there.
    ///
    /// - Parameter claim: The claim's name and type.
    /// - Returns: Its value.
    /// - Throws: `JWTError` `claim_missing` where it is absent, `claim_invalid` where it has another type.
    public func require<Value>(_ claim: ClaimName<Value>) throws(JWTError) -> Value {
        guard let value = try self[claim] else { throw JWTError(.claimMissing, claim: claim.name) }
        return value
    }
}

extension VerifiedToken {
    /// A claim's value; nil where there is none.
    ///
    /// Throws `JWTError` `claim_invalid` where the claim has another type. All claims are parsed at each call: where
    /// several are read, keep ``claims`` and ask it.
    public subscript<Value>(claim: ClaimName<Value>) -> Value? {
        get throws(JWTError) { try claims[claim] }
    }

    /// The value of a claim that must be there.
    ///
    /// - Parameter claim: The claim's name and type.
    /// - Returns: Its value.
    /// - Throws: `JWTError` `claim_missing` where it is absent, `claim_invalid` where it has another type.
    public func require<Value>(_ claim: ClaimName<Value>) throws(JWTError) -> Value {
        try claims.require(claim)
    }
}
