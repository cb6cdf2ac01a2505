internal import BearerAuth
package import Logging

/// Says with each line whom the request is for.
///
/// The names join a line when there is one. In a handler's metadata they would cost every request: handlers copy, and some
/// format, all that they hold at each change.
struct TokenLogHandler: LogHandler {
    private var base: any LogHandler
    /// Nil once the names stand in the metadata of the handler below.
    private var token: AuthenticatedToken?

    init(_ base: any LogHandler, token: AuthenticatedToken) {
        self.base = base
        self.token = token
    }

    private var names: Logger.Metadata {
        guard let token else { return [:] }
        var names: Logger.Metadata = ["sub": .string(token.subject)]
        if let clientID = token.clientID { names["client_id"] = .string(clientID) }
        return names
    }

    func log(event: LogEvent) {
        var event = event
        // What a line says itself goes over what all lines say.
        event.metadata = names.merging(event.metadata ?? [:]) { $1 }
        base.log(event: event)
    }

    var metadata: Logger.Metadata {
        get { base.metadata.merging(names) { $1 } }
        set {
            base.metadata = newValue
            token = nil
        }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { names[key] ?? base[metadataKey: key] }
        set {
            // Whoever sets a name after the token was checked means it.
            for (name, value) in names { base[metadataKey: name] = value }
            token = nil
            base[metadataKey: key] = newValue
        }
    }

    var logLevel: Logger.Level {
        get { base.logLevel }
        set { base.logLevel = newValue }
    }

    var metadataProvider: Logger.MetadataProvider? {
        get { base.metadataProvider }
        set { base.metadataProvider = newValue }
    }
}

extension AuthenticatedToken {
    /// The logger with whom the request is for, as every later line of it says.
    func naming(_ logger: Logger) -> Logger {
        var logger = logger
        logger.handler = TokenLogHandler(logger.handler, token: self)
        return logger
    }
}
