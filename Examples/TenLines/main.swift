import BearerAuth
import BearerAuthHummingbird
import Hummingbird

let auth = try BearerAuth(issuer: "http://127.0.0.1:8080")  // or any OpenID provider; discovery, keys, revocations

let router = Router()
let api = router.protected(by: auth)
api.get("me") { _, context in context.token.subject }
api.requiring("articles:write").post("articles") { _, _ in HTTPResponse.Status.created }

let app = Application(router: router, configuration: .init(address: .hostname(port: 8081)), services: [auth])
try await app.runService()
