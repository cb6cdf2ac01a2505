import Foundation
import JOSE

/// A peer like the others: it answers, line for line, what it is asked on its standard input.
///
///     jose-bench fixture FILE                          keys and tokens for all peers
///     jose-bench tessera|swift-crypto|raw|jwt-kit FILE
///         OPERATION ALGORITHM SECONDS                  operations a second, or "-" for what it does not do
///         allocations OPERATION ALGORITHM              heap blocks that one operation asks for
///         threads ALGORITHM SECONDS                    verifications a second: of one thread, of two that share
///                                                      a verifier, of two with one each
///         size KIND BYTES SECONDS                      microseconds that a token of a size takes
///         refusals                                     heap blocks and nanoseconds of refusals, a line of JSON
///     jose-bench tessera|swift-crypto|raw FILE OPERATION ALGORITHM COUNT    one thing alone, for a profiler
@main
struct JoseBench {
    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst()
        guard let role = arguments.first, let path = arguments.dropFirst().first else {
            print("usage: jose-bench fixture|tessera|swift-crypto|raw|jwt-kit FILE")
            exit(2)
        }
        if role == "fixture" {
            try Fixture.make().write(path)
            return
        }
        let fixture = try Fixture.read(path)
        let subject: any Subject =
            switch role {
            case "swift-crypto": Bare(fixture: fixture)
            case "raw": RawLimit(fixture)
            case "jwt-kit": JWTKitSubject(fixture: fixture)
            default: Library(fixture: fixture)
            }
        let words = Array(arguments.dropFirst(2))
        if words.count == 3 {
            guard let count = Int(words[2]), case .plain(let run)? = try await subject.operation(words[0], words[1])
            else { exit(2) }
            for _ in 0..<count { try run() }
            return
        }
        var operations: [String: Operation?] = [:]
        while let line = readLine() {
            let words = line.split(separator: " ").map(String.init)
            if let answer = try answer(words, fixture) {
                print(answer)
            } else {
                let isCount = words.first == "allocations"
                let name = words.dropFirst(isCount ? 1 : 0).prefix(2).joined(separator: " ")
                if operations[name] == nil {
                    let parts = name.split(separator: " ").map(String.init)
                    operations[name] = try await subject.operation(parts[0], parts[1])
                }
                switch (operations[name] ?? nil, isCount) {
                case (.plain(let run)?, true): print(try allocations(run))
                case (.plain(let run)?, false): print(try rate(for: Double(words[2]) ?? 0.05, run))
                case (.waiting(let run)?, false): print(try await rate(waiting: Double(words[2]) ?? 0.05, run))
                default: print("-")
                }
            }
            fflush(nil)
        }
    }

    /// The answer to what only this library is asked; nil for a rate.
    private static func answer(_ words: [String], _ fixture: Fixture) throws -> String? {
        switch words.first {
        case "threads":
            let threads = try Threads(fixture, algorithm: words[1])
            return try threads.rates(seconds: Double(words[2]) ?? 0.05).map { "\($0)" }.joined(separator: " ")
        case "size":
            let sized = try SizedToken(fixture, kind: words[1], byteCount: Int(words[2]) ?? 0)
            return "\(try 1e6 / rate(for: Double(words[3]) ?? 0.05, sized.run)) \(sized.byteCount)"
        case "refusals":
            return try Refusal.all(fixture).text
        default:
            return nil
        }
    }
}
