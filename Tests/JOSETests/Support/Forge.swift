import JOSE
import Testing

/// Makes tokens that no honest signer makes.
enum Forge {
    static let now: Int64 = 1_800_000_000
    static let clock = EpochClock { now }
    static let issuer = "https://id.example"
    static let audience = "orders"

    /// A token of any header and payload text, with a real signature of the key.
    static func token(_ header: String, _ payload: String, signedBy key: SigningKey) throws -> String {
        try token(Array(header.utf8), Array(payload.utf8), signedBy: key)
    }

    /// A token of any header and payload bytes, with a real signature of the key.
    static func token(_ header: [UInt8], _ payload: [UInt8], signedBy key: SigningKey) throws -> String {
        let input = Base64URL.encode(header) + "." + Base64URL.encode(payload)
        return try input + "." + Base64URL.encode(key.sign(Array(input.utf8)))
    }

    /// A token with an honest header and any payload text.
    static func claims(_ payload: String, signedBy key: SigningKey) throws -> String {
        var header: JSONObject = ["alg": .string(key.algorithm.name), "typ": "at+jwt"]
        if let keyID = key.keyID { header["kid"] = .string(keyID) }
        return try token(header.text, payload, signedBy: key)
    }

    static func secret(_ fill: UInt8 = 7, count: Int = 64) -> [UInt8] { Array(repeating: fill, count: count) }

    static func hs256(_ keyID: String? = "k1", fill: UInt8 = 7) throws -> SigningKey {
        try SigningKey(secret: secret(fill), algorithm: .hs256, keyID: keyID)
    }

    static func verifier(
        _ profile: TokenProfile = .any,
        _ keys: VerifyingKey...,
        now: Int64 = now
    ) -> TokenVerifier {
        TokenVerifier(profile, keys: KeySet(keys), clock: EpochClock { now })
    }
}

extension TokenVerifier {
    /// Why a token is refused; nil where it is taken.
    func refusal(of token: String) -> JWTError? {
        do throws(JWTError) {
            _ = try verify(token)
            return nil
        } catch {
            return error
        }
    }
}

/// The error that a closure throws; nil where it returns.
func keyFault(_ body: () throws(KeyError) -> some Any) -> KeyError? {
    do throws(KeyError) {
        _ = try body()
        return nil
    } catch {
        return error
    }
}
