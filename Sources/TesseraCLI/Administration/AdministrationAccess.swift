import TesseraCore

/// How a command gets at the accounts: through the server that runs beside it, or else by itself.
enum AdministrationAccess {
    /// How long a server may take to start, or another command to finish.
    private static let patience = Duration.seconds(30)

    /// Calls `body` with the administration of the configured server.
    static func with<R>(
        _ options: DataOptions,
        _ body: (any Administration) async throws(AdministrationError) -> R
    ) async throws(CommandFailure) -> R {
        let configuration = try ServerConfiguration.current(flags: options.flags, file: options.config)
        guard case .sqlite(let path) = configuration.database else {
            let directory = try DataDirectory.optional(at: configuration.dataDirectory)
            return try await Self.run(configuration, directory, lock: nil, body)
        }
        let directory = try DataDirectory.existing(at: configuration.dataDirectory)
        if !PrivateFile.exists(path), !PrivateFile.exists(directory.socket) {
            throw .failed(
                "There is no database in \(DataDirectory.absolute(directory.path)) (looked for "
                    + "\(DataDirectory.absolute(path))). `tessera serve` makes it at its first start."
            )
        }
        switch try await reach(directory) {
        case .server(let remote):
            return try await Self.run(remote, body)
        case .files(let lock):
            return try await Self.run(configuration, directory, lock: lock, body)
        }
    }

    /// Opens the database in this process: the embedded one under its lock, PostgreSQL beside whatever nodes serve.
    private static func run<R>(
        _ configuration: ServerConfiguration,
        _ directory: DataDirectory,
        lock: DataLock?,
        _ body: (any Administration) async throws(AdministrationError) -> R
    ) async throws(CommandFailure) -> R {
        let data = try await OpenedData.open(configuration, directory, lock: lock, for: .command)
        let result: Result<R, CommandFailure>
        do throws(CommandFailure) {
            result = .success(try await Self.run(LocalAdministration(data.domain), body))
        } catch {
            result = .failure(error)
        }
        try await data.close()
        return try result.get()
    }

    private enum Way {
        case server(RemoteAdministration)
        case files(DataLock)
    }

    /// A server that is just starting has the lock but no socket yet, and one command may wait for another.
    private static func reach(_ directory: DataDirectory) async throws(CommandFailure) -> Way {
        let end = ContinuousClock.now + patience
        while true {
            if let remote = try RemoteAdministration.connect(directory) { return .server(remote) }
            switch try DataLock.attempt(directory.lock) {
            case .acquired(let lock): return .files(lock)
            case .held(let owner):
                guard ContinuousClock.now < end else { throw DataLock.busy(directory.subject, owner) }
            }
            try? await Task.sleep(for: .milliseconds(20))
        }
    }

    private static func run<R>(
        _ administration: any Administration,
        _ body: (any Administration) async throws(AdministrationError) -> R
    ) async throws(CommandFailure) -> R {
        do throws(AdministrationError) {
            return try await body(administration)
        } catch {
            throw CommandFailure(error)
        }
    }
}

extension CommandFailure {
    /// The exit status that a refusal stands for.
    init(_ error: AdministrationError) {
        let status: Status =
            switch error.code {
            case .notFound, .taken: .no
            case .invalid: .usage
            case .unavailable: .failed
            }
        self.init(status, error.message)
    }
}
