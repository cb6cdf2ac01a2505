import ArgumentParser

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Where a password comes from: standard input, a file, or a prompt that does not echo.
///
/// Never a flag's value, which the process list and the shell's history would show.
struct PasswordOptions: ParsableArguments {
    @Flag(help: "Read the password from standard input; one trailing newline is dropped.")
    var passwordStdin = false

    @Option(help: ArgumentHelp("Read the password from a file; one trailing newline is dropped.", valueName: "file"))
    var secretFile: String?

    func validate() throws {
        guard !passwordStdin || secretFile == nil else {
            throw ValidationError("Give either --password-stdin or --secret-file, not both.")
        }
    }

    /// The password, from wherever the options say.
    func password(for name: String) throws(CommandFailure) -> String {
        if passwordStdin { return try Self.text(of: FileInput.readStandardInput(limit: Self.limit)) }
        if let secretFile { return try Self.text(of: FileInput.read(argument: secretFile, limit: Self.limit)) }
        let password = try Prompt.secret("Password for \(name): ")
        guard try Prompt.secret("The same again: ") == password else {
            throw .usage("The two passwords differ.")
        }
        return password
    }

    /// Beyond the longest password that is ever accepted, so that the account rules can say what is wrong with it.
    private static let limit = 64 * 1024

    private static func text(of bytes: [UInt8]) throws(CommandFailure) -> String {
        let newline = ["\r\n", "\n"].map { Array($0.utf8) }.first { bytes.suffix($0.count).elementsEqual($0) }
        let bytes = bytes.dropLast(newline?.count ?? 0)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw .usage("The password is not UTF-8 text.")
        }
        return text
    }
}

/// Questions on the controlling terminal.
enum Prompt {
    /// Asks for a secret without showing what is typed.
    static func secret(_ question: String) throws(CommandFailure) -> String {
        let terminal = open("/dev/tty", O_RDWR | O_CLOEXEC)
        var before = termios()
        guard terminal >= 0, tcgetattr(terminal, &before) == 0 else {
            if terminal >= 0 { close(terminal) }
            throw .usage("There is no terminal to ask for the password on: give --password-stdin or --secret-file.")
        }
        defer { close(terminal) }
        // Byte by byte and with signals as bytes, so that an interrupt cannot leave the terminal mute.
        var silent = before
        silent.c_lflag &= ~tcflag_t(ECHO | ICANON | ISIG)
        tcsetattr(terminal, TCSAFLUSH, &silent)
        defer { tcsetattr(terminal, TCSAFLUSH, &before) }
        show(question, on: terminal)
        defer { show("\n", on: terminal) }
        return try line(from: terminal)
    }

    private static func line(from terminal: Int32) throws(CommandFailure) -> String {
        var typed: [UInt8] = []
        while true {
            var byte: UInt8 = 0
            let count = withUnsafeMutableBytes(of: &byte) { systemRead(terminal, $0) }
            // Ctrl-C, or Ctrl-D where nothing has been typed: the end, not an empty answer.
            guard count == 1, byte != 3, byte != 4 || !typed.isEmpty else { throw .usage("Interrupted.") }
            switch byte {
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"), 4:
                guard let text = String(validating: typed, as: UTF8.self) else {
                    throw .usage("The password is not UTF-8 text.")
                }
                return text
            case 8, 127: dropLastCharacter(of: &typed)
            case 21: typed.removeAll()
            default: typed.append(byte)
            }
        }
    }

    private static func dropLastCharacter(of typed: inout [UInt8]) {
        while let byte = typed.popLast(), byte & 0xC0 == 0x80 {}
    }

    private static func show(_ text: String, on terminal: Int32) {
        // A terminal that cannot be written to cannot be told so either.
        try? systemWrite(terminal, Array(text.utf8))
    }
}
