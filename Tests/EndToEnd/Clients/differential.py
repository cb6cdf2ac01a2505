"""Random tokens, honest and broken, before Tessera, joserfc, PyJWT and jwcrypto: who takes what.

Usage: differential.py PATH-OF-TESSERA [--seed N] [--tokens N] [--signed N]

The peers sign and Tessera verifies, Tessera signs and the peers verify, for every signature algorithm. Every kind of
token has the one verdict that is right; a peer may differ only where a rule below says why. Prints the seed, a table
of verdicts and one line `ok N tokens`; exits 1 at the end if anything disagreed without a rule.
"""

import argparse
import base64
import hashlib
import hmac
import json
import random
import subprocess
import tempfile
import time
from collections import Counter, defaultdict
from dataclasses import dataclass

import jwt as pyjwt
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from joserfc import jwk, jws, jwt
from joserfc.jws import JWSRegistry
from joserfc.jwt import JWTClaimsRegistry
from jwcrypto import jwk as jwcrypto_jwk
from jwcrypto import jws as jwcrypto_jws

ALGORITHMS = [
    "HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519",
]
CURVES = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521"}
SIZES = {"ES256": 32, "ES384": 48, "ES512": 66}
HASHES = {"HS256": 32, "HS384": 48, "HS512": 64}
ORDERS = {
    "ES256": 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
    "ES384": 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973,
    "ES512": (1 << 521) - 0x5AE79787C40D069948033FEB708F65A2FC44A36477663B851449048E16EC79BF7,
}
# These peers know Ed25519 by its old name only.
OLD_NAMES = {"Ed25519": "EdDSA"}
PEERS = ["joserfc", "PyJWT", "jwcrypto"]


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def compact(value) -> bytes:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


# ---------------------------------------------------------------------------------------------------------------------
# Keys and the four libraries


class Key:
    """One key as each library wants it."""

    def __init__(self, members: dict, algorithm: str):
        self.algorithm = algorithm
        self.members = dict(members, alg=algorithm)
        self.id = self.members["kid"]
        self.joserfc = jwk.import_key({name: value for name, value in self.members.items() if name not in ("alg", "use")})
        peer_name = OLD_NAMES.get(algorithm, algorithm)
        self.pyjwt_signer = pyjwt.PyJWK(dict(self.members, alg=peer_name), peer_name)
        self.pyjwt = pyjwt.PyJWK(dict(self.public, alg=peer_name), peer_name)
        self.jwcrypto = jwcrypto_jwk.JWK(**{name: value for name, value in members.items() if name not in ("alg", "use")})
        self.registry = JWSRegistry(algorithms=[algorithm, peer_name], strict_check_header=False)
        self.model = self.registry.get_alg(algorithm)

    @property
    def public(self) -> dict:
        private = {"d", "p", "q", "dp", "dq", "qi"}
        return {name: value for name, value in self.members.items() if name not in private}

    def sign(self, message: bytes) -> bytes:
        return self.model.sign(message, self.joserfc)

    def token(self, header: bytes, payload: bytes) -> str:
        """A token of any header and payload, with a real signature."""
        text = f"{b64(header)}.{b64(payload)}"
        return f"{text}.{b64(self.sign(text.encode()))}"


def make_keys(rng: random.Random, tessera: str) -> list[Key]:
    keys = []
    for algorithm in ALGORITHMS:
        own = json.loads(subprocess.run(
            [tessera, "jwk", "generate", "--algorithm", algorithm], capture_output=True, text=True, check=True).stdout)
        keys.append(Key(own, algorithm))
        if algorithm in HASHES:
            secret = rng.randbytes(rng.choice([HASHES[algorithm], HASHES[algorithm] + 1, 64, 128, 129, 200]))
            members = {"kty": "oct", "k": b64(secret)}
        elif algorithm in CURVES:
            members = jwk.generate_key("EC", CURVES[algorithm]).as_dict(private=True)
        elif algorithm == "Ed25519":
            members = jwk.generate_key("OKP", "Ed25519").as_dict(private=True)
        else:
            members = jwk.generate_key("RSA", rng.choice([2048, 2048, 3072])).as_dict(private=True)
        kid = random_text(rng, 12) or "k"
        keys.append(Key(dict(members, kid=f"{algorithm} {kid}"), algorithm))
    return keys


def tessera_verdicts(tessera: str, keys: list[Key], tokens: list[str], *more: str) -> list[dict]:
    file = tempfile.NamedTemporaryFile("w", suffix=".json")
    json.dump({"keys": [key.public for key in keys]}, file)
    file.flush()
    done = subprocess.run(
        [tessera, "jwt", "verify", "--keys", file.name, "--lines", *more],
        input="\n".join(tokens).encode() + b"\n", capture_output=True)
    # Bytes, for a payload goes out as it was signed.
    answers = [json.loads(line, strict=True) for line in done.stdout.split(b"\n") if line]
    if len(answers) != len(tokens) or done.returncode not in (0, 1):
        raise SystemExit(f"tessera answered {len(answers)} of {len(tokens)} tokens: {done.stderr.decode()}")
    return answers


def with_joserfc(token: str, key: Key):
    return jwt.decode(token, key.joserfc, registry=key.registry).claims


def with_pyjwt(token: str, key: Key):
    name = OLD_NAMES.get(key.algorithm, key.algorithm)
    options = {f"verify_{claim}": False for claim in ("exp", "nbf", "iat", "aud", "iss", "sub", "jti")}
    return pyjwt.decode(token, key.pyjwt, algorithms=[name], options=options)


def with_jwcrypto(token: str, key: Key):
    read = jwcrypto_jws.JWS()
    read.allowed_algs = [OLD_NAMES.get(key.algorithm, key.algorithm)]
    read.deserialize(token, key.jwcrypto)
    return json.loads(read.payload)


VERIFIERS = {"joserfc": with_joserfc, "PyJWT": with_pyjwt, "jwcrypto": with_jwcrypto}


def peer_verdict(peer: str, token: str, key: Key):
    """(whether the peer takes the token, what it reads)."""
    try:
        return True, VERIFIERS[peer](token, key)
    except Exception:  # Whatever a peer raises is a refusal.
        return False, None


# ---------------------------------------------------------------------------------------------------------------------
# Random content


def random_text(rng: random.Random, longest: int = 24) -> str:
    alphabets = [
        (0x20, 0x7E), (0x20, 0x7E), (0x01, 0x1F), (0xA0, 0x17F), (0x300, 0x36F), (0x4E00, 0x4FFF), (0x1F300, 0x1F5FF),
        (0xE000, 0xE010), (0xFFF0, 0xFFFF), (0x10FF00, 0x10FFFF),
    ]
    alphabet = rng.choice(alphabets)
    return "".join(chr(rng.randint(*rng.choice([alphabet, alphabets[0]]))) for _ in range(rng.randint(0, longest)))


def random_value(rng: random.Random, depth: int = 0):
    kind = rng.randint(0, 9 if depth < 6 else 6)
    if kind == 0:
        return None
    if kind == 1:
        return rng.random() < 0.5
    if kind == 2:
        return rng.choice([0, 1, -1, 2**31, 2**53, 2**53 + 1, 2**63 - 1, 2**63, 2**64, -(2**63), 10**30])
    if kind == 3:
        return rng.randint(-(2**70), 2**70) >> rng.randint(0, 70)
    if kind == 4:
        return rng.choice([0.5, -0.0, 1e300, -1e-300, 5e-324, 1.7976931348623157e308, rng.random() * 10 ** rng.randint(-9, 9)])
    if kind <= 6:
        return random_text(rng)
    if kind == 7:
        return [random_value(rng, depth + 1) for _ in range(rng.randint(0, 5))]
    return {random_text(rng, 8): random_value(rng, depth + 1) for _ in range(rng.randint(0, 5))}


REGISTERED = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti", "sid", "client_id", "scope", "scp", "cnf"]


def random_claims(rng: random.Random, now: int) -> dict:
    claims = {random_text(rng, 10): random_value(rng, 1) for _ in range(rng.randint(0, 8))}
    claims = {name: value for name, value in claims.items() if name not in REGISTERED}
    for name in ["iss", "sub", "jti", "sid", "client_id", "scope"]:
        if rng.random() < 0.4:
            claims[name] = random_text(rng)
    if rng.random() < 0.4:
        claims["aud"] = rng.choice([random_text(rng), [random_text(rng) for _ in range(rng.randint(0, 4))]])
    if rng.random() < 0.4:
        claims["exp"] = rng.choice([now + 3600, now + 3600.25, 253402300799])
    if rng.random() < 0.4:
        claims["iat"] = rng.choice([now - 100, now - 100.75, 0])
    if rng.random() < 0.4:
        claims["nbf"] = rng.choice([now - 100, 1])
    items = list(claims.items())
    rng.shuffle(items)
    return dict(items)


def written(rng: random.Random, value) -> bytes:
    """JSON text of a value in one of many spellings."""
    text = json.dumps(
        value, ensure_ascii=rng.random() < 0.5, separators=rng.choice([(",", ":"), (", ", ": "), (" ,\t", "\r :")]),
        indent=rng.choice([None, None, None, 1]))
    return (rng.choice(["", "", " ", "\t"]) + text + rng.choice(["", "", " ", "\n"])).encode()


def random_header(rng: random.Random, key: Key, **more) -> dict:
    header = {"alg": key.algorithm, "kid": key.id, **more}
    if rng.random() < 0.6:
        header["typ"] = rng.choice(["JWT", "jwt", "at+jwt", "application/at+jwt", "x"])
    if rng.random() < 0.2:
        header["cty"] = "json"
    if rng.random() < 0.2:
        header["jku"] = "https://127.0.0.1:1/keys"
    if rng.random() < 0.3:
        header["x-" + random_text(rng, 5)] = random_value(rng, 6)
    items = list(header.items())
    rng.shuffle(items)
    return dict(items)


# ---------------------------------------------------------------------------------------------------------------------
# Kinds of tokens


@dataclass
class Case:
    kind: str
    token: str
    key: Key
    claims: dict | None = None


@dataclass
class Rule:
    """What is right for a kind of token, and which peers may see it otherwise, and why that is well."""

    accepted: bool
    differing: tuple = ()
    reason: str = ""


KINDS: dict[str, tuple] = {}


def kind(accepted: bool, differing=(), reason: str = "", only=None):
    """Registers a maker of tokens of one kind; `only` limits it to algorithms."""

    def register(maker):
        name = maker.__name__.replace("_", " ")
        KINDS[name] = (maker, Rule(accepted, tuple(differing), reason), only)
        return maker

    return register


@kind(True)
def honest_by_joserfc(rng, key, claims):
    return jws.serialize_compact(random_header(rng, key), written(rng, claims), key.joserfc, registry=key.registry)


@kind(True)
def honest_by_PyJWT(rng, key, claims):
    name = OLD_NAMES.get(key.algorithm, key.algorithm)
    header = random_header(rng, key)
    return pyjwt.encode(dict(claims), key.pyjwt_signer, algorithm=name, headers=dict(header, alg=name))


@kind(True)
def honest_by_jwcrypto(rng, key, claims):
    name = OLD_NAMES.get(key.algorithm, key.algorithm)
    made = jwcrypto_jws.JWS(written(rng, claims))
    made.allowed_algs = [name]
    made.add_signature(key.jwcrypto, name, json.dumps(random_header(rng, key, alg=name)))
    return made.serialize(compact=True)


@kind(True)
def header_in_escapes(rng, key, claims):
    escaped = "".join(f"\\u{ord(letter):04x}" if ord(letter) < 0xD800 else letter for letter in key.id)
    name = OLD_NAMES.get(key.algorithm, key.algorithm)
    return key.token(f' {{"\\u0061lg" : "\\u{ord(name[0]):04X}{name[1:]}", "kid":"{escaped}"}}'.encode(), compact(claims))


@kind(True, only=CURVES)
def the_other_s_of_an_ECDSA_signature(rng, key, claims):
    header, payload, signature = honest(rng, key, claims).split(".")
    raw = unb64(signature)
    half = len(raw) // 2
    s = (ORDERS[key.algorithm] - int.from_bytes(raw[half:], "big")).to_bytes(half, "big")
    return f"{header}.{payload}.{b64(raw[:half] + s)}"


def honest(rng, key, claims) -> str:
    name = OLD_NAMES.get(key.algorithm, key.algorithm)
    return key.token(compact(random_header(rng, key, alg=name)), written(rng, claims))


def flipped(rng, data: bytes) -> bytes:
    changed = bytearray(data or b"\0")
    changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


@kind(False)
def a_bit_of_the_signature(rng, key, claims):
    header, payload, signature = honest(rng, key, claims).split(".")
    return f"{header}.{payload}.{b64(flipped(rng, unb64(signature)))}"


@kind(False)
def a_bit_of_the_payload(rng, key, claims):
    header, payload, signature = honest(rng, key, claims).split(".")
    return f"{header}.{b64(flipped(rng, unb64(payload)))}.{signature}"


@kind(False)
def a_bit_of_the_header(rng, key, claims):
    header, payload, signature = honest(rng, key, claims).split(".")
    return f"{b64(flipped(rng, unb64(header)))}.{payload}.{signature}"


@kind(False)
def a_character_anywhere(rng, key, claims):
    token = honest(rng, key, claims)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    # Not the last of a part, whose low bits may say nothing; that is a kind of its own.
    place = rng.choice([index for index in range(len(token) - 1) if "." not in token[index : index + 2]])
    return token[:place] + rng.choice(alphabet.replace(token[place], "")) + token[place + 1 :]


@kind(False)
def a_signature_cut(rng, key, claims):
    header, payload, signature = honest(rng, key, claims).split(".")
    raw = unb64(signature)
    return f"{header}.{payload}.{b64(raw[: rng.randrange(1, len(raw))])}"


@kind(False)
def a_signature_with_a_tail(rng, key, claims):
    header, payload, signature = honest(rng, key, claims).split(".")
    return f"{header}.{payload}.{b64(unb64(signature) + rng.randbytes(rng.randint(1, 40)))}"


@kind(False)
def no_signature(rng, key, claims):
    return honest(rng, key, claims).rsplit(".", 1)[0] + "."


@kind(False)
def a_signature_of_zeros(rng, key, claims):
    header, payload, signature = honest(rng, key, claims).split(".")
    return f"{header}.{payload}.{b64(bytes(len(unb64(signature))))}"


@kind(False)
def the_signature_of_another_token(rng, key, claims):
    header, payload, _ = honest(rng, key, claims).split(".")
    return f"{header}.{payload}.{honest(rng, key, dict(claims, other=1)).rsplit('.', 1)[1]}"


@kind(False)
def alg_none(rng, key, claims):
    name = rng.choice(["none", "None", "NONE", "nOnE", ""])
    return f"{b64(compact({'alg': name, 'kid': key.id}))}.{b64(compact(claims))}.{rng.choice(['', 'AA'])}"


@kind(False, only=[name for name in ALGORITHMS if not name.startswith("HS")])
def an_HMAC_with_the_public_key(rng, key, claims):
    text = f"{b64(compact({'alg': 'HS256', 'kid': key.id}))}.{b64(compact(claims))}"
    public = rng.choice([key.joserfc.as_pem(private=False), compact(key.public)])
    return f"{text}.{b64(hmac.new(public, text.encode(), hashlib.sha256).digest())}"


@kind(False)
def another_algorithm_of_the_family(rng, key, claims):
    family = [name for name in ALGORITHMS if name[0] in "RP"] if key.algorithm[0] in "RP" else [
        name for name in ALGORITHMS if name[:2] == key.algorithm[:2]]
    name = rng.choice([name for name in family if name != key.algorithm] or ["Ed448"])
    text = f"{b64(compact({'alg': name, 'kid': key.id}))}.{b64(compact(claims))}"
    if key.algorithm[0] in "RPH":
        model = JWSRegistry(algorithms=[name]).get_alg(name)
        return f"{text}.{b64(model.sign(text.encode(), key.joserfc))}"
    return f"{text}.{b64(key.sign(text.encode()))}"


@kind(False, only=CURVES)
def an_ECDSA_signature_in_DER(rng, key, claims):
    header, payload, signature = honest(rng, key, claims).split(".")
    raw = unb64(signature)
    half = len(raw) // 2
    numbers = int.from_bytes(raw[:half], "big"), int.from_bytes(raw[half:], "big")
    return f"{header}.{payload}.{b64(encode_dss_signature(*numbers))}"


@kind(False, only=CURVES)
def an_ECDSA_signature_out_of_range(rng, key, claims):
    header, payload, signature = honest(rng, key, claims).split(".")
    raw = unb64(signature)
    half = len(raw) // 2
    zero, order = bytes(half), ORDERS[key.algorithm].to_bytes(half, "big")
    return f"{header}.{payload}.{b64(rng.choice([zero + raw[half:], raw[:half] + zero, order + raw[half:], raw[:half] + order]))}"


ONE_SPELLING = "one token has one spelling (RFC 7515 §2: base64url without padding, trailing bits zero, no white space)"


@kind(False, PEERS, ONE_SPELLING)
def padding(rng, key, claims):
    header, payload, signature = honest(rng, key, claims).split(".")
    if rng.random() < 0.5:
        return f"{header}.{payload}.{signature}{'=' * (-len(signature) % 4) or '='}"
    header += "=" * (-len(header) % 4) or "="
    return f"{header}.{payload}.{b64(key.sign(f'{header}.{payload}'.encode()))}"


@kind(False, PEERS, ONE_SPELLING, only=[name for name in ALGORITHMS if name not in ("HS384", "ES384", "ES512")])
def trailing_bits_set(rng, key, claims):
    token = honest(rng, key, claims)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    if len(token.rsplit(".", 1)[1]) % 4 == 0:
        return token + "A"
    return token[:-1] + alphabet[alphabet.index(token[-1]) + 1]


@kind(False, PEERS, ONE_SPELLING)
def white_space(rng, key, claims):
    token = honest(rng, key, claims)
    space = rng.choice([" ", "\t", "\r", "\x0b"])
    place = rng.choice([0, len(token), rng.randrange(len(token))])
    return token[:place] + space + token[place:]


@kind(False, PEERS, ONE_SPELLING)
def the_other_base64(rng, key, claims):
    # As many tries as it takes for a signature that has one of the two characters.
    while True:
        header, payload, signature = honest(rng, key, claims).split(".")
        changed = signature.replace("-", "+").replace("_", "/")
        if changed != signature:
            return f"{header}.{payload}.{changed}"


@kind(False)
def a_fourth_part(rng, key, claims):
    return honest(rng, key, claims) + rng.choice([".", ".AA", ".e30.AA"])


UNIQUE = "RFC 7515 §4 lets a reader take the last of two members; RFC 8725bis §3.7 and this library refuse them"


@kind(False, PEERS, UNIQUE)
def a_header_member_twice(rng, key, claims):
    name = OLD_NAMES.get(key.algorithm, key.algorithm)
    member = rng.choice([f'"alg":"{name}"', '"x":1', '"\\u0078":2'])
    header = compact({"alg": name, "kid": key.id, "x": 1}).decode()
    return key.token((header[:-1] + "," + member + "}").encode(), compact(claims))


@kind(False, PEERS, UNIQUE)
def a_claim_twice(rng, key, claims):
    text = compact(dict(claims, role="user")).decode()
    return signed(key, (text[:-1] + rng.choice([',"role":"admin"}', ',"r\\u006fle":"admin"}'])).encode())


def signed(key, payload: bytes) -> str:
    return key.token(compact({"alg": OLD_NAMES.get(key.algorithm, key.algorithm), "kid": key.id}), payload)


@kind(False, PEERS, "RFC 8259: Python's reader takes NaN and Infinity, which are no JSON")
def a_number_that_is_none(rng, key, claims):
    return signed(key, b'{"n":' + rng.choice([b"NaN", b"Infinity", b"-Infinity"]) + b"}")


@kind(False)
def JSON_that_is_none(rng, key, claims):
    return signed(key, rng.choice([
        b"{'a':1}", b'{"a":1,}', b'{"a":01}', b'{"a":+1}', b'{"a":.5}', b'{"a":1.}', b'{"a":0x1}', b"{a:1}", b'{"a":1}}',
        b'{"a":1} x', b'{"a":"\n"}', b'{"a":"\\x"}', b'{"a":"\\u12"}', b'{"a":tru}', b'{"a":1 "b":2}', b'{"a"}', b"{",
        b'{/**/"a":1}', b'{"a":1}//', b"", b" ", b"\x0c{}", b"{}\x00", b'{"a":"\xff"}', b'{"a":"\xc0\xaf"}',
        b'{"a":"\xf4\x90\x80\x80"}',
    ]))


@kind(False, PEERS, "a lone surrogate is no Unicode text; Python's reader takes its escape and its bytes")
def a_lone_surrogate(rng, key, claims):
    escape = rng.choice([b"\\ud800", b"\\udc00", b"\\ud800\\u0041", b"\\udfff\\ud800", b"\xed\xa0\x80", b"\xed\xbf\xbf"])
    return signed(key, b'{"a":"' + escape + b'"}')


@kind(False, PEERS, "UTF-8 without a byte order mark (RFC 8725bis §3.7); Python's reader takes UTF-16 and UTF-32 too")
def another_encoding(rng, key, claims):
    text = '{"a":1}'
    return signed(key, rng.choice([text.encode("utf-8-sig"), text.encode("utf-16"), text.encode("utf-16-le")]))


@kind(False, PEERS, "claims are an object (RFC 7519 §2); a JWS of other JSON is `JWS.verify`'s, and jwcrypto's")
def claims_that_are_no_object(rng, key, claims):
    return signed(key, rng.choice([b"[]", b'"a"', b"1", b"null", b"true", b"[{}]"]))


@kind(False, PEERS, "nesting ends at 16; the peers go on to Python's own limit")
def deep_nesting(rng, key, claims):
    depth = rng.randint(16, 200)
    return signed(key, b'{"a":' + b"[" * depth + b"]" * depth + b"}")


@kind(True)
def nesting_of_sixteen(rng, key, claims):
    return signed(key, b'{"a":' + b"[" * 15 + b"]" * 15 + b"}")


@kind(False, PEERS, "a token is read up to 16 KiB; the error names the limit, and a profile may raise it")
def a_large_token(rng, key, claims):
    return signed(key, compact({"a": "x" * rng.randint(13_000, 20_000)}))


@kind(True, ["joserfc"], "headers are read up to 8 KiB here, up to 512 bytes by joserfc")
def a_large_header(rng, key, claims):
    header = {"alg": OLD_NAMES.get(key.algorithm, key.algorithm), "kid": key.id, "x": "x" * rng.randint(300, 5000)}
    return key.token(compact(header), written(rng, {"a": 1}))


@kind(False, PEERS, "no extension is known here: any `crit` is refused (RFC 7515 §4.1.11)")
def crit(rng, key, claims):
    value = rng.choice([[], ["exp"], ["x"], ["alg"], "x", ["b64"], ["b64", "b64"], [1], None])
    return key.token(compact({"alg": OLD_NAMES.get(key.algorithm, key.algorithm), "kid": key.id, "crit": value, "x": 1,
                              "b64": True}), compact(claims))


@kind(False, PEERS, "`b64: false` is only for who asks for it (RFC 7797 §6), and `crit` must name it")
def b64_false(rng, key, claims):
    return key.token(compact({"alg": OLD_NAMES.get(key.algorithm, key.algorithm), "kid": key.id, "b64": False}),
                     compact(claims))


@kind(True)
def b64_true(rng, key, claims):
    return key.token(compact({"alg": OLD_NAMES.get(key.algorithm, key.algorithm), "kid": key.id, "b64": True}),
                     compact(claims))


@kind(False, PEERS, "the peers are given one key and do not look at `kid`; here an unknown one is an error, and none is "
      "well only where one key fits")
def another_kid(rng, key, claims):
    header = {"alg": OLD_NAMES.get(key.algorithm, key.algorithm)}
    header.update(rng.choice([{}, {"kid": "unknown"}, {"kid": key.id + " "}, {"kid": key.id + "\0"}]))
    return key.token(compact(header), compact(claims))


@kind(False, PEERS, "`kid` and `typ` are strings (RFC 7515 §4.1.4, §4.1.9)")
def header_members_of_wrong_types(rng, key, claims):
    header = {"alg": OLD_NAMES.get(key.algorithm, key.algorithm), "kid": key.id}
    header.update(rng.choice([{"typ": 1}, {"kid": 1}, {"kid": None}, {"typ": ["JWT"]}, {"typ": {}}]))
    return key.token(compact(header), compact(claims))


@kind(False)
def alg_of_a_wrong_type(rng, key, claims):
    return key.token(compact({"alg": rng.choice([1, None, [key.algorithm], {}, True]), "kid": key.id}), compact(claims))


@kind(False)
def a_header_that_is_no_object(rng, key, claims):
    return key.token(rng.choice([b"[]", b'"HS256"', b"", b"null", b"1"]), compact(claims))


@kind(False, PEERS, "registered claims have the types of RFC 7519 §4.1; the peers look only where they are asked to")
def registered_claims_of_wrong_types(rng, key, claims):
    name = rng.choice(["iss", "sub", "jti", "sid", "client_id", "aud", "scope", "exp", "nbf", "iat"])
    wrong = [None, True, {}, [1], ["a", None], {"a": 1}]
    if name in ("exp", "nbf", "iat"):
        wrong += ["1", "", [], -1, -0.5, 1e300, 253402300800]
    elif name in ("iss", "sub", "jti", "sid", "client_id"):
        wrong += [1, [], ["a"]]
    else:
        wrong += [1, 1.5]
    return signed(key, compact({name: rng.choice(wrong)}))


# ---------------------------------------------------------------------------------------------------------------------
# Claims, with the clock and the rules of joserfc and PyJWT

NOW = int(time.time())
ISSUER, AUDIENCE = "https://id.example/é", "orders"


@dataclass
class ClaimCase:
    what: str
    claims: dict
    accepted: bool
    # Which peers may differ, and why.
    differing: tuple = ()
    reason: str = ""


def claim_cases(rng: random.Random) -> list[ClaimCase]:
    good = {"iss": ISSUER, "aud": AUDIENCE, "exp": NOW + 3600}
    both = ("joserfc", "PyJWT")

    def case(what, accepted, differing=(), reason="", without=(), **claims):
        value = {name: value for name, value in {**good, **claims}.items() if name not in without}
        return ClaimCase(what, value, accepted, tuple(differing), reason)

    far = rng.randint(100, 10**6)
    return [
        case("all is well", True),
        case("exp ahead", True, exp=NOW + far),
        case("exp ahead, with a fraction", True, exp=NOW + far + 0.5),
        case("exp past", False, exp=NOW - far),
        case("exp past, with a fraction", False, exp=NOW - far - 0.5),
        case("exp just now", False, ["joserfc"], "RFC 7519 §4.1.4: on or after `exp` a token is not accepted", exp=NOW),
        case("exp zero", False, exp=0),
        case("exp in the year 10000", False, both, "times end with the year 9999", exp=253402300800),
        case("exp of 1e300", False, both, "times end with the year 9999", exp=1e300),
        case("exp negative", False, exp=-far),
        case("exp as text", False, ["PyJWT"], "a NumericDate is a number; PyJWT turns text into one", exp=str(NOW + far)),
        case("exp as other text", False, exp="tomorrow"),
        case("exp true", False, exp=True),
        case("exp a list", False, exp=[NOW + far]),
        case("exp null", False, exp=None),
        case("nbf past", True, nbf=NOW - far),
        case("nbf ahead", False, nbf=NOW + far),
        case("nbf just now", True, nbf=NOW),
        case("nbf as text", False, ["PyJWT"], "a NumericDate is a number; PyJWT turns text into one", nbf=str(NOW - far)),
        case("iat past", True, iat=NOW - far),
        case("iat ahead", False, iat=NOW + far),
        case("iat as text", False, ["PyJWT"], "a NumericDate is a number; PyJWT turns text into one", iat="1"),
        case("another issuer", False, iss="https://id.example/e"),
        case("the issuer decomposed", False, iss="https://id.example/e\u0301"),
        case("the issuer with a slash", False, iss=ISSUER + "/"),
        case("the issuer in capitals", False, iss=ISSUER.upper()),
        case("no issuer", False, without=["iss"]),
        case("the issuer in a list", False, iss=[ISSUER]),
        case("another audience", False, aud="order"),
        case("one audience of two", True, aud=["x", AUDIENCE]),
        case("no audience of two", False, aud=["x", AUDIENCE + "s"]),
        case("no audience", False, without=["aud"]),
        case("an empty list of audiences", False, aud=[]),
        case("an audience that is a number", False, aud=1),
        case("an audience among numbers", False, ["joserfc"], "`aud` is a string or strings (RFC 7519 §4.1.3)",
             aud=[1, AUDIENCE]),
        case("a bound token", False, both, "a token with `cnf` was not proved here (RFC 7800)", cnf={"jkt": "x"}),
    ]


def claim_verdict(peer: str, token: str, key: Key) -> bool:
    try:
        if peer == "joserfc":
            claims = jwt.decode(token, key.joserfc, registry=key.registry).claims
            JWTClaimsRegistry(
                now=lambda: NOW, leeway=0, iss={"essential": True, "value": ISSUER},
                aud={"essential": True, "value": AUDIENCE},
            ).validate(claims)
        else:
            pyjwt.decode(token, key.pyjwt, algorithms=[key.algorithm], issuer=ISSUER, audience=AUDIENCE)
        return True
    except Exception:
        return False


# ---------------------------------------------------------------------------------------------------------------------


class Comparison:
    """What each library said of each kind of token, and where that needs an explanation that nobody has given."""

    def __init__(self, peers: list[str]):
        self.peers = peers
        self.table: dict[str, Counter] = defaultdict(Counter)
        self.reasons: dict[str, set] = defaultdict(set)
        self.faults: list[str] = []

    def fault(self, text: str) -> None:
        self.faults.append(text)

    def add(self, kind: str, name: str, accepted: bool) -> None:
        self.table[kind][f"{name} {'takes' if accepted else 'refuses'}"] += 1

    def show(self) -> None:
        width = max(len(kind) for kind in self.table)
        print(f"{'taken of all':{width}}  {'Tessera':>9} " + " ".join(f"{peer:>9}" for peer in self.peers))
        for kind, counts in self.table.items():
            cells = []
            for name in ["Tessera", *self.peers]:
                taken, refused = counts[f"{name} takes"], counts[f"{name} refuses"]
                cells.append(f"{f'{taken}/{taken + refused}' if taken + refused else '-':>9}")
            reason = "; ".join(sorted(self.reasons[kind]))
            print(f"{kind:{width}}  {' '.join(cells)}  {reason}")

    def end(self, count: int) -> None:
        self.show()
        for fault in self.faults[:40]:
            print(f"DISAGREEMENT {fault}")
        if self.faults:
            raise SystemExit(f"{len(self.faults)} disagreements of {count} tokens without a rule")
        print(f"ok {count} tokens")


def compare_signatures(rng, tessera, keys, count, comparison) -> int:
    makers = list(KINDS.items())
    honest_kinds = [item for item in makers if item[0].startswith("honest")]
    cases: list[Case] = []
    while len(cases) < count:
        name, (maker, _, only) = rng.choice(honest_kinds) if rng.random() < 0.3 else rng.choice(makers)
        key = rng.choice(keys)
        if only is not None and key.algorithm not in only:
            continue
        claims = random_claims(rng, NOW)
        token = maker(rng, key, claims)
        # `kid` may hold anything, but lines are lines.
        cases.append(Case(name, token, key, claims))
    answers = tessera_verdicts(tessera, keys, [case.token for case in cases], "--at", str(NOW))
    for case, answer in zip(cases, answers):
        rule = KINDS[case.kind][1]
        comparison.add(case.kind, "Tessera", answer["valid"])
        if answer["valid"] != rule.accepted:
            comparison.fault(f"{case.kind}: Tessera says {answer.get('error', 'valid')}: {case.key.members} {case.token}")
        is_random = rule.accepted and case.kind not in ("nesting of sixteen", "a large header")
        if answer["valid"] and is_random and answer["claims"] != case.claims:
            comparison.fault(f"{case.kind}: Tessera reads other claims: {case.token}")
        for peer in PEERS:
            # PyJWT and jwcrypto know Ed25519 by its old name, which is what the honest makers of these write.
            if case.key.algorithm == "Ed25519" and case.kind == "honest by joserfc" and peer != "joserfc":
                continue
            accepted, claims = peer_verdict(peer, case.token, case.key)
            comparison.add(case.kind, peer, accepted)
            if accepted and is_random and claims != case.claims:
                comparison.fault(f"{case.kind}: {peer} reads other claims: {case.token}")
            if accepted != rule.accepted:
                if peer in rule.differing:
                    comparison.reasons[case.kind].add(rule.reason)
                else:
                    comparison.fault(f"{case.kind}: {peer} {'takes' if accepted else 'refuses'} {case.token}")
    return len(cases)


def compare_claims(rng, tessera, keys, rounds, comparison) -> int:
    key = next(key for key in keys if key.algorithm == "ES256")
    cases = [case for _ in range(rounds) for case in claim_cases(rng)]
    tokens = [signed(key, compact(case.claims)) for case in cases]
    answers = tessera_verdicts(
        tessera, keys, tokens, "--at", str(NOW), "--issuer", ISSUER, "--audience", AUDIENCE)
    for case, token, answer in zip(cases, tokens, answers):
        comparison.add(case.what, "Tessera", answer["valid"])
        if answer["valid"] != case.accepted:
            comparison.fault(f"{case.what}: Tessera says {answer.get('error', 'valid')}")
        for peer in ["joserfc", "PyJWT"]:
            accepted = claim_verdict(peer, token, key)
            comparison.add(case.what, peer, accepted)
            if accepted != case.accepted:
                if peer in case.differing:
                    comparison.reasons[case.what].add(case.reason)
                else:
                    comparison.fault(f"{case.what}: {peer} {'takes' if accepted else 'refuses'} it")
    return len(cases)


def compare_own_signatures(rng, tessera, keys, count, comparison) -> int:
    """Tessera signs, the peers verify and read the same claims."""
    for index in range(count):
        key = keys[index % len(keys)]
        claims = random_claims(rng, NOW)
        file = tempfile.NamedTemporaryFile("w", suffix=".json")
        json.dump(key.members, file)
        file.flush()
        type = rng.choice(["JWT", "at+jwt", ""])
        done = subprocess.run(
            [tessera, "jwt", "sign", "--key", file.name, "--claims", "-", "--type", type],
            input=written(rng, claims), capture_output=True)
        if done.returncode != 0:
            comparison.fault(f"Tessera does not sign {claims}: {done.stderr.decode()}")
            continue
        token = done.stdout.decode().strip()
        for peer in PEERS:
            if key.algorithm in OLD_NAMES and peer != "joserfc":
                continue
            accepted, read = peer_verdict(peer, token, key)
            comparison.add("signed by Tessera", peer, accepted)
            if not accepted or read != claims:
                comparison.fault(f"{peer} does not take what Tessera signed, or reads it otherwise: {key.members} {token}")
    return count


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tessera")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**32))
    parser.add_argument("--tokens", type=int, default=3000, help="how many tokens the peers make")
    parser.add_argument("--signed", type=int, default=104, help="how many tokens Tessera makes")
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    rng = random.Random(options.seed)
    comparison = Comparison(PEERS)
    keys = make_keys(rng, options.tessera)
    count = compare_signatures(rng, options.tessera, keys, options.tokens, comparison)
    count += compare_claims(rng, options.tessera, keys, max(1, options.tokens // 300), comparison)
    count += compare_own_signatures(rng, options.tessera, keys, options.signed, comparison)
    comparison.end(count)


if __name__ == "__main__":
    main()
