import ArgumentParser
import JOSE

/// An algorithm that a key can be for, on the command line: a signature algorithm, one that manages content keys, or
/// a content encryption, of a key that encrypts directly.
enum KeyAlgorithm: ExpressibleByArgument {
    case signature(SignatureAlgorithm)
    case encryption(KeyManagementAlgorithm)

    init?(argument: String) {
        if let algorithm = SignatureAlgorithm(argument) {
            self = .signature(algorithm)
        } else if let contentEncryption = ContentEncryptionAlgorithm(argument) {
            self = .encryption(.dir(contentEncryption))
        } else if let algorithm = KeyManagementAlgorithm(argument) {
            self = .encryption(algorithm)
        } else {
            return nil
        }
    }

    static var allValueStrings: [String] {
        SignatureAlgorithm.all.map(\.name) + KeyManagementAlgorithm.all.map { $0.contentEncryption?.name ?? $0.name }
    }

    /// The signature algorithm, where it is one.
    var signature: SignatureAlgorithm? {
        if case .signature(let algorithm) = self { algorithm } else { nil }
    }
}

/// A curve on the command line.
struct CurveArgument: ExpressibleByArgument {
    let curve: AgreementCurve

    init?(argument: String) {
        guard let curve = AgreementCurve(argument) else { return nil }
        self.curve = curve
    }

    static var allValueStrings: [String] { AgreementCurve.all.map(\.name) }
}
