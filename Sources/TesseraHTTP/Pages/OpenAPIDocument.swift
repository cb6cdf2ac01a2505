internal import JOSE

/// Writes the OpenAPI 3.1 document from the operations.
struct OpenAPIDocument {
    let issuer: Issuer
    let version: String
    let operations: [APIOperation]

    var json: JSONValue {
        [
            "openapi": "3.1.0",
            "info": [
                "title": "Tessera",
                "version": .string(version),
                "summary": "Issues, refreshes, verifies and revokes access tokens.",
                "license": ["name": "Apache-2.0", "identifier": "Apache-2.0"],
            ],
            "servers": [["url": .string(issuer.base)]],
            "paths": .object(paths),
            "components": ["schemas": .object(OpenAPISchemas.all), "securitySchemes": securitySchemes],
        ]
    }

    private var paths: JSONObject {
        var paths = JSONObject()
        for operation in operations {
            var methods = paths[operation.path]?.objectValue ?? JSONObject()
            methods[operation.method.lowercased()] = .object(Self.json(operation))
            paths[operation.path] = .object(methods)
        }
        return paths
    }

    private var securitySchemes: JSONValue {
        [
            "bearer": ["type": "http", "scheme": "bearer", "bearerFormat": "JWT"],
            "client": ["type": "http", "scheme": "basic", "description": "client_id and client_secret"],
            "password": [
                "type": "oauth2",
                "flows": ["password": ["tokenUrl": .string(issuer.url("/token")), "scopes": [:]]],
            ],
        ]
    }

    private static func json(_ operation: APIOperation) -> JSONObject {
        var json: JSONObject = [
            "operationId": .string(operation.id),
            "summary": .string(operation.summary),
            "tags": [.string(operation.tag)],
        ]
        switch operation.security {
        case .none: break
        case .client: json["security"] = [[:], ["client": []]]
        case .bearer: json["security"] = [["bearer": []], ["password": []]]
        case .administrator: json["security"] = [["bearer": []], ["password": ["admin"]]]
        }
        if !operation.parameters.isEmpty { json["parameters"] = .array(operation.parameters.map(Self.json)) }
        if let body = operation.body {
            json["requestBody"] = ["required": true, "content": [body.mediaType: ["schema": schema(of: body)]]]
        }
        var answers = JSONObject()
        for answer in operation.answers { answers["\(answer.status)"] = Self.json(answer) }
        answers["default"] = otherRefusal(isOAuth: operation.security == .client)
        json["responses"] = .object(answers)
        return json
    }

    private static func otherRefusal(isOAuth: Bool) -> JSONValue {
        isOAuth
            ? json(APIOperation.Answer(0, "Another refusal.", "OAuthError"))
            : json(APIOperation.Answer(0, "Another refusal.", "Problem", mediaType: "application/problem+json"))
    }

    private static func json(_ parameter: APIOperation.Parameter) -> JSONValue {
        var json: JSONObject = [
            "name": .string(parameter.name),
            "in": .string(parameter.place.rawValue),
            "required": .bool(parameter.place == .path),
            "schema": ["type": "string"],
        ]
        if !parameter.summary.isEmpty { json["description"] = .string(parameter.summary) }
        return .object(json)
    }

    private static func json(_ answer: APIOperation.Answer) -> JSONValue {
        var json: JSONObject = ["description": .string(answer.summary)]
        if let schema = answer.schema {
            json["content"] = [answer.mediaType: ["schema": ["$ref": .string("#/components/schemas/\(schema)")]]]
        }
        return .object(json)
    }

    private static func schema(of body: APIOperation.Body) -> JSONValue {
        var properties = JSONObject()
        for field in body.fields {
            var schema = type(of: field.kind)
            schema["description"] = .string(field.summary)
            properties[field.name] = .object(schema)
        }
        var schema: JSONObject = ["type": "object", "properties": .object(properties)]
        let required = body.fields.filter(\.isRequired).map { JSONValue.string($0.name) }
        if !required.isEmpty { schema["required"] = .array(required) }
        return .object(schema)
    }

    private static func type(of kind: APIOperation.Field.Kind) -> JSONObject {
        switch kind {
        case .text: ["type": "string"]
        case .secret: ["type": "string", "format": "password"]
        case .strings: ["type": "array", "items": ["type": "string"]]
        case .flag: ["type": "boolean"]
        case .rows: ["type": "array", "items": ["type": "object"]]
        }
    }
}
