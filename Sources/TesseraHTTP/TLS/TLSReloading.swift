internal import Logging
internal import ServiceLifecycle
internal import TesseraCore

/// Looks at the certificate's files every few seconds: that notices a renewal on any file system, and links as well.
struct TLSReloading: Service {
    let credentials: TLSCredentials
    let interval: Duration
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while (try? await Task.sleep(for: interval)) != nil { look() }
        }
    }

    private func look() {
        switch credentials.refresh() {
        case .unchanged:
            break
        case .replaced(let expiresAt):
            logger.notice(
                "new connections get the new certificate",
                metadata: ["path": "\(credentials.files.certificate)", "expires": "\(expiresAt.text)"]
            )
        case .refused(let fault):
            logger.error("the new certificate is not used, the old one stays", metadata: ["error": "\(fault)"])
        }
    }
}
