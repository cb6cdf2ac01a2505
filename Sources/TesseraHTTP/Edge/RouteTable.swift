internal import HTTPTypes
internal import Hummingbird

/// The routes there are, for the answers to requests that match none of them.
struct RouteTable: Sendable {
    private struct Route: Sendable {
        let segments: [Substring]
        let template: String
        var methods: [HTTPRequest.Method]
    }

    private var routes: [Route] = []

    init(_ descriptions: [Router<ServerContext>.RouteDescription]) {
        for description in descriptions {
            let template = description.path.description
            if let known = routes.firstIndex(where: { $0.template == template }) {
                routes[known].methods.append(description.method)
            } else {
                routes.append(
                    Route(segments: Self.segments(template[...]), template: template, methods: [description.method])
                )
            }
        }
    }

    /// 405 with the methods there are where the path exists, else 404.
    func refusal(path: String) -> Problem {
        let segments = Self.segments(path[...])
        guard let route = routes.first(where: { Self.matches($0.segments, segments) }) else {
            return Problem(.notFound, code: "not_found", "There is nothing at this path.")
        }
        var methods = Set(route.methods.map(\.rawValue))
        if methods.contains("GET") { methods.insert("HEAD") }
        let list = methods.sorted().joined(separator: ", ")
        return Problem(
            .methodNotAllowed,
            code: "method_not_allowed",
            "This path takes \(list).",
            headers: [.allow: list]
        )
    }

    private static func segments(_ path: Substring) -> [Substring] {
        path.split(separator: "/")
    }

    private static func matches(_ template: [Substring], _ path: [Substring]) -> Bool {
        template.count == path.count
            && zip(template, path).allSatisfy { $0.first == "{" || $0.first == ":" || $0.utf8.elementsEqual($1.utf8) }
    }
}
