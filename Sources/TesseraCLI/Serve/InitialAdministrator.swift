import JOSE
import Logging
import Passwords
import TesseraCore

/// The first account of a new server, so that there is somebody who can make others.
struct InitialAdministrator: Sendable {
    static let username = "admin"

    /// Where its first password can be read.
    enum Whereabouts: Sendable, Equatable {
        /// It is said on the terminal, and nowhere else.
        case terminal(password: String)
        /// It stands in a file of the data directory.
        case file(path: String)
    }

    let whereabouts: Whereabouts

    /// Makes the administrator if there is no account at all.
    ///
    /// The file is written before the account is made: whatever interrupts the start, nobody is left with an
    /// administrator whose password nobody knows.
    ///
    /// - Parameters:
    ///   - domain: the new server.
    ///   - directory: where the file goes.
    ///   - minimumLength: what the password must have.
    ///   - terminal: whether a person reads standard error.
    /// - Returns: where the password is, or `nil` if there are accounts.
    /// - Throws: if the file or the account cannot be made.
    static func makeIfFirst(
        _ domain: Domain,
        _ directory: DataDirectory,
        minimumLength: Int,
        terminal: Bool
    ) async throws(CommandFailure) -> InitialAdministrator? {
        let isFirst: Bool
        do throws(StorageError) {
            // Not counted: a hundred million would keep a start waiting.
            isFirst = try await domain.storage.accounts(after: nil, limit: 1).isEmpty
        } catch {
            throw .failed("The database cannot be read: \(error.reason).")
        }
        guard isFirst else { return nil }
        // What an interrupted first start has left is no use: nobody has seen it.
        if let error = PrivateFile.remove(directory.initialPassword) {
            throw .failed("\(directory.initialPassword) cannot be removed: \(error.description).")
        }
        // 24 characters, 144 bits; more only where the policy asks for more.
        let password = Base64URL.encode(domain.random.bytes(minimumLength <= 24 ? 18 : 48))
        if !terminal {
            try PrivateFile.create(DataDirectory.created(at: directory.path).initialPassword, password)
        }
        let command = AddAccount(
            username: username,
            email: nil,
            roles: [RoleTable.administrator],
            password: Secret(password)
        )
        do throws(AdministrationError) {
            _ = try await LocalAdministration(domain, by: .firstStart).perform(command)
        } catch {
            // Another node was first, and has said its password.
            guard error.code == .taken else { throw CommandFailure(error) }
            if !terminal { _ = PrivateFile.remove(directory.initialPassword) }
            return nil
        }
        return InitialAdministrator(
            whereabouts: terminal ? .terminal(password: password) : .file(path: directory.initialPassword)
        )
    }

    /// Deletes the file with the first password once that is not the password any more.
    static func forget(_ directory: DataDirectory, afterChangeOf name: String, logger: Logger) {
        guard Username.canonical(name) == username, let error = PrivateFile.remove(directory.initialPassword) else {
            return
        }
        logger.warning(
            "the file with the first password cannot be deleted",
            metadata: ["path": "\(DataDirectory.absolute(directory.initialPassword))", "error": "\(error.description)"]
        )
    }

    /// Three lines to try first: log in, ask who one is, refresh.
    ///
    /// - Parameters:
    ///   - base: the server's address as a URL.
    ///   - certificate: the file that proves it, which nobody may know but the operator.
    ///   - host: what the server must be called, if its address will not do.
    /// - Returns: the lines.
    func trial(at base: String, certificate: String?, host: String?) -> [String] {
        let authority = certificate.map { " --cacert \(DataDirectory.absolute($0))" } ?? ""
        let curl = "curl -s" + authority + (host.map { " -H \"Host: \($0)\"" } ?? "")
        let password =
            switch whereabouts {
            case .terminal(let password): "-d password=\(password)"
            case .file(let path): "--data-urlencode password@\(path)"
            }
        return [
            "\(curl) \(base)/token -d username=\(Self.username) \(password) | tee token.json",
            "\(curl) \(base)/users/me -H \"Authorization: Bearer $(\(Self.member("access_token")))\"",
            "\(curl) \(base)/token -d grant_type=refresh_token -d \"refresh_token=$(\(Self.member("refresh_token")))\"",
        ]
    }

    /// Picks a member out of a JSON file with nothing but what every system has.
    private static func member(_ name: String) -> String {
        "sed -E 's/.*\"\(name)\":\"([^\"]*)\".*/\\1/' token.json"
    }
}
