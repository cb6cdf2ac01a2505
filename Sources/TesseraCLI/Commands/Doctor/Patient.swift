import TesseraCore

/// All that was gathered about a set-up; each part is missing where there was nothing to gather.
struct Patient: Sendable {
    /// The URL under which everybody reaches it.
    var url: String
    /// What it shows to everybody.
    var view: PublicView?
    /// The configuration, where this is the machine that the server runs on.
    var configuration: ServerConfiguration?
    /// Its files.
    var files: FilesView?
    /// What it says of itself, or why it does not.
    var diagnosis: Result<Diagnosis, CommandFailure>?
    /// How long one password hash takes here.
    var hashTime: Duration?
    /// The machine's own time.
    var now: Timestamp

    /// The URL in parts.
    var address: WebAddress? { WebAddress(url) }

    /// The server's metadata, where they could be read.
    var metadata: Page? {
        guard case .success(let page) = view?.metadata, page.json != nil else { return nil }
        return page
    }

    /// The key set, where it could be read.
    var keySet: Page? {
        guard case .success(let page) = view?.keySet, page.status == 200 else { return nil }
        return page
    }
}
