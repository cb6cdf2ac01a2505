import ArgumentParser
import JOSE

/// A key management algorithm on the command line; `dir` takes its content encryption from elsewhere.
struct KeyManagementArgument: ExpressibleByArgument {
    private let name: String

    init?(argument: String) {
        guard Self.allValueStrings.contains(where: { $0 == argument }) else { return nil }
        name = argument
    }

    static var allValueStrings: [String] { ["dir"] + KeyManagementAlgorithm.all.map(\.name).filter { $0 != "dir" } }

    /// The algorithms it stands for: `dir` for one with each of the content encryptions.
    func algorithms(_ contentEncryptions: [ContentEncryptionAlgorithm]) -> [KeyManagementAlgorithm] {
        if let algorithm = KeyManagementAlgorithm(name) { return [algorithm] }
        return contentEncryptions.map(KeyManagementAlgorithm.dir)
    }
}

/// A content encryption on the command line.
struct ContentEncryptionArgument: ExpressibleByArgument {
    let algorithm: ContentEncryptionAlgorithm

    init?(argument: String) {
        guard let algorithm = ContentEncryptionAlgorithm(argument) else { return nil }
        self.algorithm = algorithm
    }

    static var allValueStrings: [String] { ContentEncryptionAlgorithm.all.map(\.name) }
}
