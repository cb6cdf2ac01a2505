// What a key prints as: never its numbers, whoever prints, interpolates or dumps it.

extension SigningKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The algorithm and the name; never the key.
    public var description: String { "SigningKey(\(algorithm), kid: \(keyID ?? "none"))" }
    /// The algorithm and the name; never the key.
    public var debugDescription: String { description }
    /// A mirror without children.
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection()) }
}

extension VerifyingKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The algorithm and the name; never the key, which may be a secret.
    public var description: String { "VerifyingKey(\(algorithm), kid: \(keyID ?? "none"))" }
    /// The algorithm and the name; never the key, which may be a secret.
    public var debugDescription: String { description }
    /// A mirror without children.
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection()) }
}

extension EncryptionKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The algorithm and the name; never the key, which may be a secret.
    public var description: String { "EncryptionKey(\(algorithm), kid: \(keyID ?? "none"))" }
    /// The algorithm and the name; never the key, which may be a secret.
    public var debugDescription: String { description }
    /// A mirror without children.
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection()) }
}

extension DecryptionKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The algorithm and the name; never the key.
    public var description: String { "DecryptionKey(\(algorithm), kid: \(keyID ?? "none"))" }
    /// The algorithm and the name; never the key.
    public var debugDescription: String { description }
    /// A mirror without children.
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection()) }
}

extension JWK: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The type and the name; never the key.
    ///
    /// ``serialized()`` writes it all.
    public var description: String { "JWK(\(keyType), kid: \(keyID ?? "none"))" }
    /// The type and the name; never the key.
    public var debugDescription: String { description }
    /// A mirror without children.
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection()) }
}
