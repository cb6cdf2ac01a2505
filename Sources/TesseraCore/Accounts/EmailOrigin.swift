/// Who says that an e-mail address is an account's.
public enum EmailOrigin: Sendable {
    /// An administrator: no other account may have it as its address or its name.
    case assigned
    /// The person themselves, whom no message has proved right yet: others may say the same.
    ///
    /// A clash is not told, because whoever asks would learn that the address has an account here.
    case claimed
}
