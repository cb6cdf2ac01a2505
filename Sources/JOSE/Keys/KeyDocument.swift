/// A key as a PEM document brings it: its numbers, and what the document itself says about their use.
struct KeyDocument {
    let material: KeyMaterial
    /// The algorithms that the document leaves: for a key that is marked for RSASSA-PSS, fewer than its numbers do.
    let algorithms: [SignatureAlgorithm]
    /// Whether the key stood in a certificate.
    let isCertificate: Bool

    init(_ material: KeyMaterial, algorithms: [SignatureAlgorithm]? = nil, isCertificate: Bool = false) {
        self.material = material
        self.algorithms = algorithms ?? material.algorithms
        self.isCertificate = isCertificate
    }

    /// Reads a key from PEM: PKCS#8, SPKI, PKCS#1, SEC 1, or the public key of a certificate.
    ///
    /// - Throws: `KeyError` that says what the text is instead.
    init(pem text: String) throws(KeyError) {
        let document = try PEM(text)
        switch document.label {
        case "PRIVATE KEY": self = try KeyMaterial.pkcs8(document.bytes)
        case "PUBLIC KEY": self = try KeyMaterial.subjectPublicKeyInfo(document.bytes)
        case "RSA PRIVATE KEY": self.init(try KeyMaterial.rsa(document.bytes, isPrivate: true))
        case "RSA PUBLIC KEY": self.init(try KeyMaterial.rsa(document.bytes, isPrivate: false))
        case "EC PRIVATE KEY": self.init(try KeyMaterial.ellipticCurve(private: document.bytes))
        case "CERTIFICATE", "X509 CERTIFICATE":
            let key = try Self.publicKey(ofCertificate: document.bytes)
            self.init(key.material, algorithms: key.algorithms, isCertificate: true)
        default:
            throw KeyError(
                .unsupported,
                Self.foreign[document.label] ?? "a PEM document that is no key of a known kind"
            )
        }
    }

    /// What documents that hold no key for this library are called.
    private static let foreign = [
        "ENCRYPTED PRIVATE KEY": "an encrypted PEM key; decrypt it first",
        "TRUSTED CERTIFICATE": "a certificate in OpenSSL's own form; write it as a plain one",
        "CERTIFICATE REQUEST": "a certificate request, not a key",
        "NEW CERTIFICATE REQUEST": "a certificate request, not a key",
        "X509 CRL": "a list of revoked certificates, not a key",
        "PKCS7": "a bundle of certificates (PKCS#7), not a key",
        "CMS": "a bundle of certificates (CMS), not a key",
        "OPENSSH PRIVATE KEY": "an OpenSSH key; convert it to PKCS#8 first",
        "DSA PRIVATE KEY": "a DSA key, which JOSE has no algorithm for",
        "DH PARAMETERS": "Diffie-Hellman parameters, not a key",
        "EC PARAMETERS": "EC parameters alone, without the key",
        "PGP PUBLIC KEY BLOCK": "an OpenPGP key",
        "PGP PRIVATE KEY BLOCK": "an OpenPGP key",
    ]

    /// Takes the public key out of a certificate (RFC 5280 §4.1), of which nothing else is looked at.
    private static func publicKey(ofCertificate der: [UInt8]) throws(KeyError) -> KeyDocument {
        var outer = DERReader(der)
        guard var certificate = outer.sequence(), outer.isEmpty, var signed = certificate.sequence() else {
            throw KeyError(.malformed, "not a certificate")
        }
        // version, serialNumber, signature, issuer, validity, subject
        _ = signed.element(0xA0)
        guard signed.element(0x02) != nil, signed.sequence() != nil, signed.sequence() != nil,
            signed.sequence() != nil, signed.sequence() != nil, let key = signed.whole(0x30)
        else { throw KeyError(.malformed, "not a certificate") }
        return try KeyMaterial.subjectPublicKeyInfo(key)
    }

    /// Checks that the document's key may serve an algorithm.
    ///
    /// - Throws: `KeyError` with what does not fit.
    func require(_ algorithm: SignatureAlgorithm) throws(KeyError) {
        try material.require(algorithm)
        guard algorithms.contains(algorithm) else {
            let names = algorithms.map(\.name).joined(separator: ", ")
            throw KeyError(.algorithmMismatch, "\(algorithm) does not fit an RSASSA-PSS key, which is for \(names)")
        }
    }

    /// Checks that the document's key may sign with an algorithm.
    ///
    /// - Throws: `KeyError` with what does not fit.
    func requireSigning(_ algorithm: SignatureAlgorithm) throws(KeyError) {
        guard !isCertificate else {
            throw KeyError(.wrongHalf, "a certificate, where a private key is wanted: it holds the public key alone")
        }
        try require(algorithm)
    }
}

extension JWK {
    /// Reads a key from PEM: PKCS#8, SPKI, PKCS#1, SEC 1, or the public key of a certificate.
    ///
    /// PEM names no algorithm for most keys, and then the JWK names none unless it is given.
    ///
    /// - Parameters:
    ///   - pem: One PEM document.
    ///   - algorithm: The algorithm that the JWK shall name; must be given for a key that is marked for RSASSA-PSS and
    ///     names no hash, for a JWK without `alg` would lose the mark.
    /// - Throws: `KeyError` that says what the text is instead, or what does not fit.
    public init(pem: String, algorithm: SignatureAlgorithm? = nil) throws(KeyError) {
        let document = try KeyDocument(pem: pem)
        var members = document.material.members(private: true)
        if let algorithm {
            try document.require(algorithm)
            members["alg"] = .string(algorithm.name)
        } else if document.algorithms.count < document.material.algorithms.count {
            guard let only = document.algorithms.first, document.algorithms.count == 1 else {
                let names = document.algorithms.map(\.name).joined(separator: ", ")
                throw KeyError(.algorithmRequired, "an RSASSA-PSS key that names no hash; choose from \(names)")
            }
            members["alg"] = .string(only.name)
        }
        self.init(members: members)
    }

    /// The key as PEM: PKCS#8 for a private key, SPKI for a public one.
    ///
    /// - Returns: One PEM document.
    /// - Throws: `KeyError` where the key is not sound, or symmetric: PEM has no form for a secret.
    public func pem() throws(KeyError) -> String {
        guard let pem = try KeyMaterial(jwk: self).pem else {
            throw KeyError(.unsupported, "a symmetric key has no PEM form; keep it as a JWK")
        }
        return pem
    }
}
