/// The page under `/docs`, written from the operations.
///
/// Addresses are relative, so that the page works at whatever path a proxy shows it.
struct DocsPage {
    let issuer: Issuer
    let version: String
    let operations: [APIOperation]

    var html: String {
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Tessera</title>
        <link rel="icon" href="docs/icon.svg" type="image/svg+xml">
        <link rel="stylesheet" href="docs/style.css">
        <script src="docs/script.js" defer></script>
        </head>
        <body>
        <header>
        <div class="title"><img src="docs/icon.svg" alt="" width="28" height="28"><h1>Tessera</h1>\
        <span class="version">\(HTML.escaped(version))</span></div>
        <p>Issuer <code>\(HTML.escaped(issuer.identifier))</code> · <a href="openapi.json">openapi.json</a> · \
        <a href=".well-known/oauth-authorization-server">metadata</a> · <a href=".well-known/jwks.json">keys</a></p>
        </header>
        <noscript><p class="notice">Trying calls needs JavaScript; the list below can be read without.</p></noscript>
        <div class="layout">
        <aside>
        \(logIn)
        \(contents)
        </aside>
        <main>
        \(sections)
        </main>
        </div>
        </body>
        </html>

        """
    }

    private var logIn: String {
        """
        <section class="card" id="session">
        <h2>Log in</h2>
        <form id="log-in" autocomplete="on">
        <label>User name <input name="username" autocomplete="username" required></label>
        <label>Password <input name="password" type="password" autocomplete="current-password" required></label>
        <label>Scope <input name="scope" placeholder="all but admin" autocomplete="off"></label>
        <button class="primary">Log in</button>
        </form>
        <div id="logged-in" hidden>
        <p id="who"></p>
        <p class="hint" id="expiry"></p>
        <div class="row"><button type="button" id="refresh">Refresh</button>\
        <button type="button" id="log-out">Log out</button></div>
        </div>
        <p id="log-in-message" class="message" role="status"></p>
        </section>
        """
    }

    private var tags: [String] {
        var tags: [String] = []
        for operation in operations where !tags.contains(operation.tag) { tags.append(operation.tag) }
        return tags
    }

    private var contents: String {
        let links = tags.map { "<li><a href=\"#\(HTML.escaped($0))\">\(HTML.escaped($0))</a></li>" }.joined()
        return "<nav aria-label=\"Contents\"><ul>\(links)</ul></nav>"
    }

    private var sections: String {
        tags.map { tag in
            let calls = operations.filter { $0.tag == tag }.map(DocsOperation.html).joined(separator: "\n")
            return "<section id=\"\(HTML.escaped(tag))\"><h2>\(HTML.escaped(tag))</h2>\n\(calls)\n</section>"
        }.joined(separator: "\n")
    }
}
