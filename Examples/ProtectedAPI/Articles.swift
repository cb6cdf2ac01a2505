import Hummingbird

/// What the app is about; it knows nothing of tokens.
actor Articles {
    private(set) var all = [Article(title: "On tokens", author: "the editors")]

    func add(_ article: Article) { all.append(article) }
}

struct Article: ResponseCodable {
    let title: String
    let author: String
}

struct Draft: Decodable {
    let title: String
}

struct Me: ResponseEncodable {
    let subject: String
    let scope: [String]
}

struct Feed: ResponseEncodable {
    let greeting: String
    let titles: [String]
}
