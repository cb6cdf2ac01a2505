import JOSE
import TesseraCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The commands, carried out by the server that runs beside this process.
///
/// Calls block their thread: a command asks one thing after another and has nothing else to do.
final class RemoteAdministration: Administration, Sendable {
    private let descriptor: Int32
    private init(descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// Connects to the server of a data directory; `nil` if none listens there.
    static func connect(_ directory: DataDirectory) throws(CommandFailure) -> RemoteAdministration? {
        do throws(SystemError) {
            let path = try UnixSocketPath(directory: directory.path, name: AdministrationSocket.name)
            let descriptor = try UnixSocketPath.makeSocket()
            let connected = path.withAddress { address, length in
                #if canImport(Darwin)
                Darwin.connect(descriptor, address, length)
                #else
                connectSocket(descriptor, address, length)
                #endif
            }
            guard connected == 0 else {
                let error = SystemError.last
                close(descriptor)
                throw error
            }
            return RemoteAdministration(descriptor: descriptor)
        } catch {
            if error.number == ENOENT || error.number == ECONNREFUSED { return nil }
            throw .failed(
                "The server's socket \(DataDirectory.absolute(directory.socket)) cannot be reached: "
                    + "\(error.description)."
            )
        }
    }

    func perform<Command: AdministrationCommand>(
        _ command: Command
    ) async throws(AdministrationError) -> Command.Reply {
        let arguments: JSONValue
        do {
            arguments = try JSONValue(encoding: command)
        } catch {
            throw AdministrationError(.invalid, "The command cannot be written as JSON.")
        }
        guard let frame = AdministrationFrame.framed(AdministrationFrame.request(Command.name, arguments: arguments))
        else { throw AdministrationError(.invalid, "The command is too long.") }
        setTimeouts(Command.patience)
        let reply = try AdministrationFrame.reply(in: exchange(frame))
        do {
            return try reply.decode(Command.Reply.self)
        } catch {
            throw AdministrationError(
                .unavailable,
                "The server's answer is not the expected one: restart it with this version."
            )
        }
    }

    private func setTimeouts(_ patience: Duration) {
        var timeout = timeval(tv_sec: Int(patience.wholeSeconds), tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, size)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &timeout, size)
    }

    private func exchange(_ frame: [UInt8]) throws(AdministrationError) -> [UInt8] {
        var isSent = false
        do throws(SystemError) {
            try systemWrite(descriptor, frame)
            isSent = true
            let header = try receive(AdministrationFrame.headerLength)
            guard let length = AdministrationFrame.length(header) else { throw SystemError(number: EMSGSIZE) }
            return try receive(length)
        } catch {
            let words =
                isSent && error.number == EAGAIN
                ? "The running server took the command and has not answered in time: look at its log, and restart it if "
                    + "it hangs. What was asked may still be done."
                : "The running server did not answer: \(error.description)."
            throw AdministrationError(.unavailable, words)
        }
    }

    private func receive(_ count: Int) throws(SystemError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let read = bytes.withUnsafeMutableBytes { buffer in
                systemRead(descriptor, UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]))
            }
            guard read > 0 else { throw read == 0 ? SystemError(number: ECONNRESET) : .last }
            filled += read
        }
        return bytes
    }
}

#if !canImport(Darwin)
/// `connect(2)`, under a name that no method hides.
private func connectSocket(_ descriptor: Int32, _ address: UnsafePointer<sockaddr>, _ length: socklen_t) -> Int32 {
    connect(descriptor, address, length)
}
#endif
