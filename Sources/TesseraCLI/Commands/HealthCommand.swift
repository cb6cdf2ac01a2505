import ArgumentParser
import JOSE
import TesseraCore

/// `tessera health`: whether the server on this machine is ready.
struct HealthCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "health",
        abstract: "Ask the server on this machine whether it is ready, for container platforms and scripts.",
        discussion: """
            Asks /health/ready at operations_listen, or else at listen. Exit status 0 if it is ready, 1 if it is not, 3 \
            if there is no answer.

            Example:
              tessera health
            """
    )

    @OptionGroup var options: ConfigurationOptions

    func run() async throws {
        let configuration = try ServerConfiguration.current(flags: options.flags, file: options.data.config)
        // This machine's own server proves nothing to itself by a certificate.
        let visitor = Visitor(verifies: false, clock: MachineClock())
        let answer = await visitor.get(configuration.operationsBase + "/health/ready", host: configuration.nearbyHost)
        await visitor.leave()
        switch answer {
        case .failure(let failure):
            throw CommandFailure.failed("\(configuration.operationsBase) does not answer: \(failure.reason).")
        case .success(let page):
            let status = page.json?["status"]?.stringValue ?? "status \(page.status)"
            try Console.result(TextLogHandler.printable(status))
            guard page.status == 200 else { throw CommandFailure.no("") }
        }
    }
}

extension ServerConfiguration {
    /// The URL, from this machine, of the address for operators, which is the first where there is no other.
    var operationsBase: String {
        let speaksTLS = tlsCertificate != nil && operationsListen == nil
        return (speaksTLS ? "https://" : "http://") + (operationsListen ?? listen).nearby.description
    }

    /// What a request from this machine calls the server, where `hosts` leaves out its address.
    ///
    /// The address for operators answers to every name.
    var nearbyHost: String? {
        let own = listen.nearby
        let isOwn = hosts.contains { ["\(own)", own.host].contains($0.lowercased()) }
        return isOwn ? nil : hosts.first
    }
}
