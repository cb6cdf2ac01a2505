import CLibFuzzer
import Foundation

/// `jose-fuzz TARGET [libFuzzer's options] [corpus folders]`; without a target it lists them.
@main
struct JOSEFuzz {
    /// The target that the first argument names; libFuzzer's callback can carry nothing along.
    static let target = FuzzTarget.all.first { $0.name == CommandLine.arguments.dropFirst().first }

    static func main() {
        guard target != nil else {
            for target in FuzzTarget.all { print(target.name) }
            exit(CommandLine.arguments.count > 1 ? 2 : 0)
        }
        // libFuzzer sees its own arguments only.
        let arguments = CommandLine.unsafeArgv
        let count = Int(CommandLine.argc)
        for index in 1..<count { arguments[index] = index + 1 < count ? arguments[index + 1] : nil }
        var argc = Int32(count - 1)
        var argv = arguments
        _ = LLVMFuzzerRunDriver(&argc, &argv) { bytes, count in
            JOSEFuzz.target?.check(Array(UnsafeBufferPointer(start: bytes, count: count)))
            return 0
        }
    }
}

/// One reader that is fuzzed: its name, and what must hold for any bytes.
struct FuzzTarget: Sendable {
    let name: String
    let check: @Sendable ([UInt8]) -> Void

    static let all: [FuzzTarget] = [
        .base64url, .json, .jwk, .pem, .compactJWS, .jsonJWS, .jwe, .dpopProof,
    ]
}

/// Ends the process, which libFuzzer reports with the input, unless a property holds.
func require(_ holds: @autoclosure () -> Bool, _ property: StaticString) {
    guard holds() else { fatalError("\(property)") }
}

extension String {
    /// The text as UTF-8: properties are about bytes.
    var bytes: [UInt8] { Array(utf8) }
}
