import Foundation

/// Certificates made with the `openssl` command for one test, in a directory of its own.
public final class TestCertificates: Sendable {
    /// Where all files are.
    public let directory: String

    /// Makes an authority, and a first certificate of it for 127.0.0.1 and localhost.
    public init() throws {
        directory = NSTemporaryDirectory() + "tessera-tls-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        try openssl("ecparam -name prime256v1 -genkey -noout -out authority.key")
        try openssl("req -x509 -new -key authority.key -subj /CN=Test-Authority -days 30 -out authority.pem")
        try issue("server")
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    /// The path of a file in the directory.
    public func path(_ name: String) -> String { directory + "/" + name }

    /// Makes `NAME.key` and `NAME.pem`.
    ///
    /// - Parameters:
    ///   - name: what the files are called.
    ///   - days: how long it is valid; negative for one that has expired.
    ///   - names: what it is for.
    /// - Throws: what `openssl` says.
    public func issue(
        _ name: String,
        days: Int = 30,
        names: String = "IP:127.0.0.1,IP:::1,DNS:localhost"
    ) throws {
        try openssl("ecparam -name prime256v1 -genkey -noout -out \(name).key")
        try openssl("req -new -key \(name).key -subj /CN=\(name) -out \(name).csr")
        try Data("subjectAltName=\(names)\n".utf8).write(to: URL(fileURLWithPath: path("\(name).ext")))
        let signed = "-CA authority.pem -CAkey authority.key -CAcreateserial -extfile \(name).ext"
        try openssl("x509 -req -in \(name).csr \(signed) -days \(days) -out \(name).pem")
    }

    /// Puts a copy of a file in another's place, at once.
    public func replace(_ name: String, with other: String) throws {
        let temporary = path(name + ".new")
        try FileManager.default.copyItem(atPath: path(other), toPath: temporary)
        guard rename(temporary, path(name)) == 0 else { throw ShortProgram.Failure(description: "rename") }
    }

    /// Runs `openssl` in the directory.
    @discardableResult
    public func openssl(_ line: String) throws -> String {
        try ShortProgram.run(["openssl"] + line.split(separator: " ").map(String.init), in: directory)
    }
}
