/// One call on the page: what it does, and a form to try it.
enum DocsOperation {
    static func html(_ operation: APIOperation) -> String {
        let method = HTML.escaped(operation.method)
        let path = HTML.escaped(operation.path)
        return """
            <details class="call" id="\(HTML.escaped(operation.id))">
            <summary><span class="method \(method.lowercased())">\(method)</span> <code>\(path)</code> \
            <span class="summary">\(HTML.escaped(operation.summary))</span>\(badge(operation.security))</summary>
            <div class="body">
            <form class="try" data-method="\(method)" data-path="\(path)" \
            data-type="\(HTML.escaped(operation.body?.mediaType ?? ""))">
            \(inputs(operation))
            <div class="row"><button class="primary">Send</button></div>
            </form>
            <div class="answer" hidden><p class="status"></p><pre></pre></div>
            \(answers(operation))
            </div>
            </details>
            """
    }

    private static func badge(_ security: APIOperation.Security) -> String {
        switch security {
        case .none: ""
        case .client: "<span class=\"badge\">client</span>"
        case .bearer: "<span class=\"badge\">log-in</span>"
        case .administrator: "<span class=\"badge\">admin</span>"
        }
    }

    private static func inputs(_ operation: APIOperation) -> String {
        let parameters = operation.parameters.map { parameter in
            input(
                parameter.name,
                place: parameter.place.rawValue,
                summary: parameter.summary.isEmpty ? "In the path." : parameter.summary,
                isRequired: parameter.place == .path
            )
        }
        let fields = (operation.body?.fields ?? []).map { field in
            input(
                field.name,
                place: "body",
                summary: field.summary,
                isRequired: field.isRequired,
                kind: field.kind
            )
        }
        return (parameters + fields).joined(separator: "\n")
    }

    private static func input(
        _ name: String,
        place: String,
        summary: String,
        isRequired: Bool,
        kind: APIOperation.Field.Kind = .text
    ) -> String {
        let name = HTML.escaped(name)
        let mark = isRequired ? " required" : ""
        let attributes = "name=\"\(name)\" data-place=\"\(place)\" data-kind=\"\(kind)\"\(mark)"
        let control =
            switch kind {
            case .flag: "<input type=\"checkbox\" \(attributes)>"
            case .rows: "<textarea rows=\"4\" spellcheck=\"false\" placeholder=\"[ … ]\" \(attributes)></textarea>"
            case .secret: "<input type=\"password\" autocomplete=\"off\" \(attributes)>"
            case .strings: "<input autocomplete=\"off\" placeholder=\"separated by spaces\" \(attributes)>"
            case .text: "<input autocomplete=\"off\" spellcheck=\"false\" \(attributes)>"
            }
        return """
            <label><span class="name">\(name)\(isRequired ? "<b title=\"required\">*</b>" : "")</span> \
            \(control) <span class="hint">\(HTML.escaped(summary))</span></label>
            """
    }

    private static func answers(_ operation: APIOperation) -> String {
        let rows = operation.answers.map {
            "<tr><td><code>\($0.status)</code></td><td>\(HTML.escaped($0.summary))</td></tr>"
        }
        return "<table><tbody>\(rows.joined())</tbody></table>"
    }
}
