internal import Crypto

/// Where the server's certificate and its key are: two PEM files, or twice the same one.
public struct TLSFiles: Sendable, Hashable {
    /// The certificate, then those of its issuers, up to the one that clients know (`tls_certificate`).
    public let certificate: String
    /// The key of the first of them, not encrypted (`tls_private_key`).
    public let privateKey: String

    /// Names the files.
    public init(certificate: String, privateKey: String) {
        self.certificate = certificate
        self.privateKey = privateKey
    }

    /// What the files hold now.
    func read() throws(TLSFault) -> TLSMaterial {
        TLSMaterial(
            files: self,
            certificate: try Self.read(certificate, .certificate),
            privateKey: try Self.read(privateKey, .privateKey)
        )
    }

    private static func read(_ path: String, _ setting: TLSFault.Setting) throws(TLSFault) -> [UInt8] {
        switch SmallFile.read(path) {
        case .success(let bytes):
            return bytes
        case .failure(let error):
            throw TLSFault(
                setting,
                "\(path) cannot be read: \(error.reason). Name a PEM file that the server's own user may read."
            )
        }
    }
}

/// What both files held at one moment.
struct TLSMaterial: Sendable {
    let files: TLSFiles
    let certificate: [UInt8]
    let privateKey: [UInt8]

    /// Tells whether the files have changed, without keeping the key a second time.
    var fingerprint: [UInt8] {
        var hash = SHA256()
        hash.update(data: SHA256.hash(data: certificate).map { $0 })
        hash.update(data: privateKey)
        return Array(hash.finalize())
    }
}

/// What is wrong with the certificate or its key: the setting, the file, the fault and the mend.
public struct TLSFault: Error, Sendable, Hashable, CustomStringConvertible {
    /// The setting at fault.
    public enum Setting: String, Sendable {
        /// `tls_certificate`.
        case certificate = "tls_certificate"
        /// `tls_private_key`.
        case privateKey = "tls_private_key"
    }

    /// The setting at fault.
    public let setting: Setting
    /// One sentence or two for a person.
    public let reason: String

    init(_ setting: Setting, _ reason: String) {
        self.setting = setting
        self.reason = reason
    }

    /// The setting's name, and what is wrong.
    public var description: String { "\(setting.rawValue): \(reason)" }
}
