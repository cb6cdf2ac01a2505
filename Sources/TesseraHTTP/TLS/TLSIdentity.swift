internal import JOSE
internal import NIOCore
internal import NIOSSL
internal import TesseraCore

/// A certificate with its chain and its key, checked and ready to serve with.
struct TLSIdentity: Sendable {
    let context: NIOSSLContext
    let expiresAt: Timestamp

    /// Reads the two files' contents.
    ///
    /// - Throws: What is wrong with them, each fault with its own sentence.
    init(_ material: TLSMaterial, at now: Timestamp) throws(TLSFault) {
        let chain = try Self.chain(material)
        let key = try Self.privateKey(material)
        guard let leaf = chain.first else { throw Self.noCertificate(material) }
        let start = Timestamp(seconds: Int64(leaf.notValidBefore))
        let end = Timestamp(seconds: Int64(leaf.notValidAfter))
        let path = material.files.certificate
        guard now < end else {
            throw TLSFault(
                .certificate,
                "the certificate in \(path) expired on \(end.text): renew it and put the new one there."
            )
        }
        guard now >= start else {
            throw TLSFault(
                .certificate,
                "the certificate in \(path) is valid only from \(start.text) on: wait, or set the machine's "
                    + "clock right."
            )
        }
        do {
            context = try NIOSSLContext(configuration: Self.configuration(chain, key))
        } catch {
            throw Self.misfit(material, chain, key)
        }
        expiresAt = end
    }

    /// TLS 1.2 and 1.3; with 1.2 only suites that encrypt and authenticate in one and keep past traffic secret.
    private static func configuration(_ chain: [NIOSSLCertificate], _ key: NIOSSLPrivateKey) -> TLSConfiguration {
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) },
            privateKey: .privateKey(key)
        )
        configuration.minimumTLSVersion = .tlsv12
        configuration.cipherSuites = "ECDHE+AESGCM:ECDHE+CHACHA20"
        configuration.applicationProtocols = ["http/1.1"]
        // As long as a connection lingers without TLS.
        configuration.shutdownTimeout = .seconds(2)
        return configuration
    }

    private static func chain(_ material: TLSMaterial) throws(TLSFault) -> [NIOSSLCertificate] {
        let path = material.files.certificate
        let blocks = PEMLabels(material.certificate)
        guard blocks.hasCertificate else {
            if blocks.hasPrivateKey {
                throw TLSFault(
                    .certificate,
                    "\(path) holds a private key and no certificate: are tls_certificate and tls_private_key swapped?"
                )
            }
            throw noCertificate(material)
        }
        do {
            return try NIOSSLCertificate.fromPEMBytes(material.certificate)
        } catch {
            throw TLSFault(.certificate, "a certificate in \(path) cannot be read: the file is damaged; get it anew.")
        }
    }

    private static func noCertificate(_ material: TLSMaterial) -> TLSFault {
        let path = material.files.certificate
        return TLSFault(
            .certificate,
            "there is no certificate in \(path): expected PEM, with a line -----BEGIN CERTIFICATE-----. From DER: "
                + "openssl x509 -inform DER -in \(path) -out certificate.pem"
        )
    }

    private static func privateKey(_ material: TLSMaterial) throws(TLSFault) -> NIOSSLPrivateKey {
        let path = material.files.privateKey
        let blocks = PEMLabels(material.privateKey)
        guard !blocks.hasEncryptedKey else {
            throw TLSFault(
                .privateKey,
                "the key in \(path) is encrypted, and nobody is there to give its passphrase: decrypt it with "
                    + "openssl pkey -in \(path) -out key.pem, and keep that file from others (chmod 600)."
            )
        }
        guard blocks.hasPrivateKey else {
            throw TLSFault(
                .privateKey,
                blocks.hasCertificate
                    ? "\(path) holds a certificate and no private key: are tls_certificate and tls_private_key swapped?"
                    : "there is no private key in \(path): expected PEM, with a line -----BEGIN PRIVATE KEY-----. From "
                        + "DER: openssl pkey -inform DER -in \(path) -out key.pem"
            )
        }
        do {
            return try NIOSSLPrivateKey(bytes: material.privateKey, format: .pem)
        } catch {
            throw TLSFault(.privateKey, "the key in \(path) cannot be read: the file is damaged, or of a kind unknown.")
        }
    }

    /// Why the two cannot serve together: the chain is in the wrong order, or they were never a pair.
    private static func misfit(
        _ material: TLSMaterial,
        _ chain: [NIOSSLCertificate],
        _ key: NIOSSLPrivateKey
    ) -> TLSFault {
        let (certificate, privateKey) = (material.files.certificate, material.files.privateKey)
        let isOfAnother = chain.dropFirst().contains { other in
            (try? NIOSSLContext(configuration: configuration([other], key))) != nil
        }
        if isOfAnother {
            return TLSFault(
                .certificate,
                "the certificate of the key in \(privateKey) is not the first in \(certificate): put it first, then "
                    + "those of its issuers."
            )
        }
        return TLSFault(
            .privateKey,
            "the key in \(privateKey) does not belong to the certificate in \(certificate): name two files that were "
                + "issued together."
        )
    }
}

/// Which kinds of block a PEM text holds.
private struct PEMLabels {
    let hasCertificate: Bool
    let hasPrivateKey: Bool
    let hasEncryptedKey: Bool

    init(_ bytes: [UInt8]) {
        let text = String(decoding: bytes, as: UTF8.self)
        let lines = text.split(whereSeparator: \.isNewline)
        hasCertificate = lines.contains { $0.hasPrefix("-----BEGIN ") && $0.hasSuffix("CERTIFICATE-----") }
        let keys = lines.filter { $0.hasPrefix("-----BEGIN ") && $0.contains("PRIVATE KEY-----") }
        hasPrivateKey = !keys.isEmpty
        hasEncryptedKey =
            keys.contains { $0.contains("ENCRYPTED") }
            || lines.contains { $0.hasPrefix("Proc-Type:") && $0.contains("ENCRYPTED") }
    }
}
