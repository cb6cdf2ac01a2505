import ArgumentParser

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Starts the process, runs the command, and turns whatever went wrong into a sentence and an exit status.
@main
enum Main {
    static func main() async {
        // First of all, so that no file of ours is ever readable by others, not even for a moment.
        umask(0o077)
        // A reader that goes away is an error of `write`, not the end of the process.
        signal(SIGPIPE, SIG_IGN)
        // A file that may not grow further (`ulimit -f`) is an error of `write` too.
        signal(SIGXFSZ, SIG_IGN)
        raiseOpenFileLimit()
        exit(await run(Array(CommandLine.arguments.dropFirst())))
    }

    /// A connection is an open file: the usual soft limit of 1,024 is far below what the server may hold.
    private static func raiseOpenFileLimit() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = min(limit.rlim_max, 65_536)
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    private static func run(_ arguments: [String]) async -> Int32 {
        do {
            var command = try Tessera.parseAsRoot(arguments)
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
            return 0
        } catch let failure as CommandFailure {
            if !failure.message.isEmpty { Console.say("tessera: \(failure.message)") }
            return failure.status.rawValue
        } catch {
            return report(error)
        }
    }

    /// What the argument parser has to say: help goes to standard output, anything else is wrong usage.
    private static func report(_ error: any Error) -> Int32 {
        let message = Tessera.fullMessage(for: error)
        guard Tessera.exitCode(for: error) == .success else {
            Console.say(message)
            return CommandFailure.Status.usage.rawValue
        }
        do throws(CommandFailure) {
            try Console.result(message)
            return 0
        } catch {
            return error.status.rawValue
        }
    }
}
