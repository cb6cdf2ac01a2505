"""A provider that knows nothing of this project: Authlib's authorisation server on Flask.

It issues access tokens of RFC 9068 to clients by their credentials, and publishes its metadata and its key.
Usage: foreign_provider.py ALGORITHM AUDIENCE, then it says on which port it listens.
"""

import os
import sys
import warnings

warnings.filterwarnings("ignore")
os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import ClientMixin, grants
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata
from authlib.oauth2.rfc9068 import JWTBearerTokenGenerator
from flask import Flask, jsonify
from joserfc.jwk import ECKey, RSAKey
from werkzeug.serving import make_server

algorithm, audience = sys.argv[1:]
key = {
    "RS256": lambda: RSAKey.generate_key(2048),
    "ES256": lambda: ECKey.generate_key("P-256"),
}[algorithm]()

app = Flask(__name__)
server = make_server("127.0.0.1", 0, app, threaded=True)
issuer = f"http://127.0.0.1:{server.port}"


class Client(ClientMixin):
    def get_client_id(self):
        return "batch"

    def get_allowed_scope(self, scope):
        return scope

    def check_client_secret(self, secret):
        return secret == "secret"

    def check_endpoint_auth_method(self, method, endpoint):
        return method == "client_secret_basic"

    def check_grant_type(self, grant_type):
        return grant_type == "client_credentials"


class ClientCredentials(grants.ClientCredentialsGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic"]


class Tokens(JWTBearerTokenGenerator):
    def get_jwks(self):
        return key.as_dict(private=True)

    def get_audiences(self, client, user, scope):
        return audience


authorization = AuthorizationServer(
    app,
    query_client=lambda client_id: Client() if client_id == "batch" else None,
    save_token=lambda token, request: None,
)
authorization.register_token_generator("default", Tokens(issuer=issuer, alg=algorithm))
authorization.register_grant(ClientCredentials)


@app.post("/oauth/token")
def token():
    return authorization.create_token_response()


@app.get("/oauth/jwks")
def keys():
    return jsonify(keys=[key.as_dict(private=False)])


@app.get("/.well-known/oauth-authorization-server")
def metadata():
    document = AuthorizationServerMetadata(
        issuer=issuer,
        token_endpoint=issuer + "/oauth/token",
        jwks_uri=issuer + "/oauth/jwks",
        response_types_supported=["code"],
        authorization_endpoint=issuer + "/oauth/authorize",
        grant_types_supported=["authorization_code", "client_credentials"],
    )
    return jsonify(document)


print(f"provider on {issuer} listening", flush=True)
server.serve_forever()
