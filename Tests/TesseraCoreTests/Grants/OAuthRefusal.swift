import Testing

@testable import TesseraCore

/// Expects a refusal with a code; answers it.
@discardableResult
func refused(
    _ code: OAuthError.Code,
    _ comment: Comment? = nil,
    _ body: () async throws -> Void
) async -> OAuthError? {
    let error = await #expect(throws: OAuthError.self, comment) { try await body() }
    #expect(error?.code == code, comment)
    return error
}
