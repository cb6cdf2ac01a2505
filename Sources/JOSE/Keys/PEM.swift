internal import FoundationEssentials

/// One PEM document (RFC 7468): a label and the bytes inside it.
struct PEM {
    let label: String
    let bytes: [UInt8]

    /// No key document of this library's algorithms is longer.
    private static let maximumByteCount = 128 << 10

    /// Reads the one key of a text.
    ///
    /// Explanatory text before it (RFC 7468 §5.2) and the curve's parameters, which `openssl ecparam` writes first,
    /// are passed over; a second document is refused.
    init(_ text: String) throws(KeyError) {
        guard text.utf8.count <= Self.maximumByteCount else {
            throw KeyError(.tooLarge, "not a PEM key: longer than \(Self.maximumByteCount) bytes")
        }
        let all = text.split(whereSeparator: \.isNewline).map { $0.trimmingSpace }.filter { !$0.isEmpty }
        if let found = Self.foreign(text, lines: all) { throw KeyError(.malformed, "not PEM: \(found)") }
        var lines = all[...]
        if let end = lines.firstIndex(of: "-----END EC PARAMETERS-----"), end + 1 < lines.endIndex {
            lines = lines[(end + 1)...]
        }
        lines = lines.drop { !$0.hasPrefix("-----BEGIN ") }
        guard let begin = lines.first, begin.hasSuffix("-----"), begin.utf8.count > 16 else {
            throw KeyError(.malformed, "not PEM: no BEGIN line")
        }
        let label = String(begin.dropFirst(11).dropLast(5))
        guard label.utf8.count <= 40, label.utf8.allSatisfy(Self.isOfLabel) else {
            throw KeyError(.malformed, "not PEM: a BEGIN line without a kind of document")
        }
        guard let end = lines.firstIndex(of: "-----END \(label)-----") else {
            throw KeyError(.malformed, "not PEM: no END line for \(label)")
        }
        guard end == lines.endIndex - 1 else {
            throw KeyError(.malformed, "more than one PEM document, or text after one; keep the key alone")
        }
        let body = lines[(lines.startIndex + 1)..<end]
        guard !body.contains(where: { $0.contains(":") }) else {
            throw KeyError(.unsupported, "an encrypted PEM key; decrypt it first")
        }
        guard let bytes = Self.decodeBase64(body.joined()) else { throw KeyError(.malformed, "not PEM: bad base64") }
        self.label = label
        self.bytes = bytes
    }

    /// Labels are of capital letters, digits and spaces; what else stands there is not repeated in an error.
    private static func isOfLabel(_ byte: UInt8) -> Bool {
        (0x41...0x5A).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x20
    }

    /// What a text is that is not PEM at all; nil where it may be PEM.
    private static func foreign(_ text: String, lines: [Substring]) -> String? {
        guard let first = lines.first else { return "empty" }
        if first.hasPrefix("{") { return "this is JSON" }
        if let mark = publicMarks.first(where: { first.hasPrefix($0.prefix) }) { return mark.name }
        let hasBegin = text.utf8.withContiguousStorageIfAvailable { Array($0).containsText("-----BEGIN ") } ?? true
        guard !hasBegin else {
            guard lines.count == 1 else { return nil }
            if text.contains("\\n") { return "line breaks are written as \\n; turn them into real ones" }
            return first.contains("-----END ") ? "its line breaks are lost" : nil
        }
        let bytes = Array(text.utf8.prefix(2))
        if bytes.first == 0x30, bytes.last.map({ $0 >= 0x80 || $0 < 0x30 }) ?? false {
            return "this looks like DER, the binary form; write it as PEM"
        }
        if first.hasPrefix("MI") { return "no BEGIN line, but what looks like the base64 inside of one" }
        return nil
    }

    /// How texts begin that hold keys in other forms.
    private static let publicMarks: [(prefix: String, name: String)] = [
        ("ssh-", "this is an SSH public key; write it as PKCS#8"),
        ("ecdsa-sha2-", "this is an SSH public key; write it as PKCS#8"),
        ("sk-", "this is the SSH public key of a security token"),
        ("---- BEGIN SSH2", "this is an SSH public key; write it as PKCS#8"),
        ("PuTTY-User-Key-File", "this is a PuTTY key; export it as PEM"),
    ]

    /// A document as text, in lines of 64 characters.
    static func text(_ label: String, _ bytes: [UInt8]) -> String {
        let body = Data(bytes).base64EncodedString(options: [.lineLength64Characters, .endLineWithLineFeed])
        return "-----BEGIN \(label)-----\n\(body)\n-----END \(label)-----"
    }

    /// Base64 of RFC 4648 §4, by way of the strict base64url reader.
    private static func decodeBase64(_ text: String) -> [UInt8]? {
        var bytes = Array(text.utf8)
        guard bytes.count % 4 == 0, bytes.count <= 64 << 10 else { return nil }
        for _ in 0..<2 where bytes.last == UInt8(ascii: "=") { bytes.removeLast() }
        for index in bytes.indices {
            switch bytes[index] {
            case UInt8(ascii: "+"): bytes[index] = UInt8(ascii: "-")
            case UInt8(ascii: "/"): bytes[index] = UInt8(ascii: "_")
            case UInt8(ascii: "-"), UInt8(ascii: "_"): return nil
            default: break
            }
        }
        return Base64URL.decode(bytes)
    }

    /// Whether bytes are the text of a PEM document or of an SSH key, which is public where the key is.
    static func looksLikeKeyText(_ bytes: [UInt8]) -> Bool {
        let start = bytes.drop { $0 == 0x20 || (0x09...0x0D).contains($0) || [0xEF, 0xBB, 0xBF].contains($0) }
        let marks: [StaticString] = [
            "-----BEGIN ", "---- BEGIN ", "ssh-rsa ", "ssh-ed25519 ", "ssh-dss ", "ecdsa-sha2-", "sk-ssh-", "sk-ecdsa-",
            "PuTTY-User-Key-File",
        ]
        return marks.contains { mark in
            start.starts(with: UnsafeBufferPointer(start: mark.utf8Start, count: mark.utf8CodeUnitCount))
        } || bytes.containsText("-----BEGIN ")
    }
}

extension [UInt8] {
    fileprivate func containsText(_ text: StaticString) -> Bool {
        let mark = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        guard count >= mark.count else { return false }
        return (0...(count - mark.count)).contains { self[$0...].starts(with: mark) }
    }
}

extension Substring {
    fileprivate var trimmingSpace: Substring {
        var text = drop { $0 == " " || $0 == "\t" }
        while text.last == " " || text.last == "\t" { text.removeLast() }
        return text
    }
}
