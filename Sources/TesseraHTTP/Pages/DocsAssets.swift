/// What the page under `/docs` loads.
enum DocsAssets {
    /// A tablet with a mark: the tessera.
    static let icon = """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect x="3" y="3" width="26" height="26" rx="6" \
        fill="#8a3b1f"/><path d="M9 11h14M16 11v12" stroke="#fff" stroke-width="3.2" stroke-linecap="round"/>\
        <circle cx="24.5" cy="7.5" r="1.6" fill="#f2d8c9"/></svg>
        """
}
