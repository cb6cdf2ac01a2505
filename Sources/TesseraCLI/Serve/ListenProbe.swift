#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Tries an address before anything is made, so that a first start that cannot listen leaves nothing behind.
enum ListenProbe {
    /// Says in one sentence why nobody can listen there, and what to do.
    static func check(_ address: ListenAddress, key: ConfigurationKey) throws(CommandFailure) {
        var hints = addrinfo()
        hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV
        #if os(Linux)
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        #else
        hints.ai_socktype = SOCK_STREAM
        #endif
        var found: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(address.host, String(address.port), &hints, &found)
        guard status == 0, let first = found else {
            let reason = gai_strerror(status).map { String(cString: $0) } ?? "error \(status)"
            throw .usage("\(key.name): the address \(address.description) is unknown: \(reason).")
        }
        defer { freeaddrinfo(found) }
        let descriptor = socket(first.pointee.ai_family, first.pointee.ai_socktype, first.pointee.ai_protocol)
        guard descriptor >= 0 else { throw failure(.last, address, key) }
        defer { close(descriptor) }
        var yes: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        guard bind(descriptor, first.pointee.ai_addr, first.pointee.ai_addrlen) == 0, listen(descriptor, 1) == 0 else {
            throw failure(.last, address, key)
        }
    }

    /// The sentence for an address that the system refused.
    static func failure(_ error: SystemError, _ address: ListenAddress, _ key: ConfigurationKey) -> CommandFailure {
        switch error.number {
        case EADDRINUSE:
            .failed(
                "\(address.description) is in use by another program: stop that, or choose another address with "
                    + "\(key.flag) or \(key.variable)."
            )
        case EACCES:
            .failed(
                "\(address.description) cannot be used: \(error.description). Ports below 1024 need a privilege; choose "
                    + "another with \(key.flag)."
            )
        default:
            .failed("\(address.description) cannot be used: \(error.description). Choose another with \(key.flag).")
        }
    }
}
