internal import CryptoExtras
internal import FoundationEssentials

/// What an RSA key must be before it is used.
enum RSAChecks {
    /// Checks size, exponent and the ROCA fingerprint of a public key's numbers (big-endian, no leading zero).
    static func requireSound(modulus: [UInt8], exponent: [UInt8]) throws(KeyError) {
        let bits = modulus.count * 8 - (modulus.first?.leadingZeroBitCount ?? 0)
        guard bits >= 2048 else { throw KeyError(.weak, "an RSA key of \(bits) bits; at least 2048 are needed") }
        guard bits <= 8192 else { throw KeyError(.tooLarge, "an RSA key of \(bits) bits; at most 8192 are read") }
        guard let last = modulus.last, last & 1 == 1 else { throw KeyError(.invalid, "an even RSA modulus") }
        guard let low = exponent.last, low & 1 == 1, exponent.count > 1 || low >= 3 else {
            throw KeyError(.weak, "an RSA exponent that is even or below 3")
        }
        // BoringSSL takes exponents of 33 bits at most; none longer is in honest use.
        guard exponent.count <= 4 else { throw KeyError(.invalid, "an RSA exponent of more than 32 bits") }
        guard !hasROCAFingerprint(modulus) else {
            throw KeyError(.weak, "an RSA key made by the flawed generator of CVE-2017-15361 (ROCA)")
        }
    }

    /// Whether a modulus has the form of the keys of CVE-2017-15361: modulo each small prime it is a power of 65537.
    static func hasROCAFingerprint(_ modulus: [UInt8]) -> Bool {
        primes.allSatisfy { prime in
            let residue = modulus.reduce(0) { ($0 << 8 | UInt32($1)) % prime }
            var power: UInt32 = 1
            for _ in 0..<prime {
                if power == residue { return true }
                power = power * (65537 % prime) % prime
            }
            return false
        }
    }

    private static let primes: [UInt32] = [
        3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107, 109,
        113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
    ]
}

/// The numbers of an RSA private key (RFC 8017 A.1.2), big-endian without leading zeros.
struct RSANumbers {
    let d: [UInt8]
    let p: [UInt8]
    let q: [UInt8]
    let dp: [UInt8]
    let dq: [UInt8]
    let qi: [UInt8]

    init(_ key: _RSA.Signing.PrivateKey) throws(KeyError) {
        var outer = DERReader(Array(key.derRepresentation))
        // RSAPrivateKey ::= SEQUENCE { version, n, e, d, p, q, dp, dq, qi }
        guard var sequence = outer.sequence(), sequence.integer() != nil, sequence.integer() != nil,
            sequence.integer() != nil, let d = sequence.integer(), let p = sequence.integer(),
            let q = sequence.integer(), let dp = sequence.integer(), let dq = sequence.integer(),
            let qi = sequence.integer()
        else { throw KeyError(.invalid, "not an RSA private key") }
        (self.d, self.p, self.q, self.dp, self.dq, self.qi) = (d, p, q, dp, dq, qi)
    }
}
