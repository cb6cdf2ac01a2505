internal import NIOSSL
internal import Synchronization
public import TesseraCore

/// The certificate and key that the server shows now, and the files they come from.
///
/// ```swift
/// var settings = HTTPSettings()
/// settings.tls = try TLSCredentials(TLSFiles(certificate: "id.example.pem", privateKey: "id.example.key"))
/// ```
/// While the server runs it looks at the files again and again. A new pair that is good serves the next connections;
/// those under way go on as they are. A pair that is not good changes nothing.
public final class TLSCredentials: Sendable {
    /// What a look at the files has found.
    enum Finding: Equatable {
        /// Nothing new.
        case unchanged
        /// Another pair, which serves from now on.
        case replaced(expiresAt: Timestamp)
        /// Something that cannot serve; told once.
        case refused(TLSFault)
    }

    private struct State {
        var identity: TLSIdentity
        var fingerprint: [UInt8]
        /// What was wrong at the last look; told at the second, for two files are never replaced at the same moment.
        var suspicion: TLSFault?
        var told: TLSFault?
    }

    /// The files.
    public let files: TLSFiles
    private let clock: any WallClock
    /// Guards what serves now.
    private let state: Mutex<State>

    /// Reads and checks the files.
    ///
    /// - Throws: What is wrong with them, and the mend.
    public init(_ files: TLSFiles, clock: any WallClock = SystemClock()) throws(TLSFault) {
        let material = try files.read()
        let identity = try TLSIdentity(material, at: clock.now())
        self.files = files
        self.clock = clock
        self.state = Mutex(State(identity: identity, fingerprint: material.fingerprint))
    }

    /// When the certificate that serves now expires.
    public var expiresAt: Timestamp { state.withLock { $0.identity.expiresAt } }

    /// What a new connection is set up with.
    var context: NIOSSLContext { state.withLock { $0.identity.context } }

    /// Looks at the files, and takes over a new pair that is good.
    func refresh() -> Finding {
        do throws(TLSFault) {
            let material = try files.read()
            let fingerprint = material.fingerprint
            let isNew = state.withLock { state in
                if fingerprint == state.fingerprint { (state.suspicion, state.told) = (nil, nil) }
                return fingerprint != state.fingerprint
            }
            guard isNew else { return .unchanged }
            let identity = try TLSIdentity(material, at: clock.now())
            state.withLock { $0 = State(identity: identity, fingerprint: fingerprint) }
            return .replaced(expiresAt: identity.expiresAt)
        } catch {
            return state.withLock { state in
                guard state.told != error else { return .unchanged }
                guard state.suspicion == error else {
                    state.suspicion = error
                    return .unchanged
                }
                state.told = error
                return .refused(error)
            }
        }
    }
}
