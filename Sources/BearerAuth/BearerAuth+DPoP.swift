internal import HTTPTypes
internal import JOSE

extension BearerAuth {
    /// Checks a token that came with the scheme `DPoP`, and its proof (RFC 9449 §7).
    func bound(
        _ text: Substring,
        _ proof: String?,
        _ method: HTTPRequest.Method,
        _ url: String
    ) async throws(BearerFailure) -> AuthenticatedToken {
        let authority = try authority(of: text)
        let checked = try self.proof(proof, method, url)
        do throws(Authority.Refusal) {
            let token = try await check(text, authority, checked)
            shared.counters.countAccepted()
            return token
        } catch {
            throw shared.counters.counting(failure(error, isForProof: true))
        }
    }

    private func check(
        _ text: Substring,
        _ authority: Authority,
        _ proof: Authority.Proof
    ) async throws(Authority.Refusal) -> AuthenticatedToken {
        do throws(Authority.Refusal) {
            return try await authority.check(text, with: authority.keys?.current, proof: proof)
        } catch {
            // The proof is remembered last: it may be shown once more.
            guard case .token(let reason) = error, reason.code == .keyNotFound || reason.code == .keysUnavailable,
                let keys = authority.keys
            else { throw error }
            let refreshed = await keys.refreshed(for: reason.received)
            if let provider = authority.provider { await authority.follower?.firstAnswer(of: provider) }
            return try await authority.check(text, with: refreshed, proof: proof)
        }
    }

    private func proof(
        _ text: String?,
        _ method: HTTPRequest.Method,
        _ url: String
    ) throws(BearerFailure) -> Authority.Proof {
        let isWhole = url.hasPrefix("https://") || url.hasPrefix("http://")
        guard let verifier = shared.options.dpop, let text else {
            throw invalidProof("not one DPoP header")
        }
        // No URL is made of what the request says of its host.
        guard let whole = isWhole ? url : shared.options.resource?.url(of: url) else {
            throw invalidProof("the options name no resource, of which the proof's URL could be made")
        }
        return Authority.Proof(verifier: verifier, text: text, method: method.rawValue, url: whole)
    }

    private func invalidProof(_ detail: String) -> BearerFailure {
        shared.counters.counting(failure(.invalidProof, detail: detail, isForProof: true))
    }
}
