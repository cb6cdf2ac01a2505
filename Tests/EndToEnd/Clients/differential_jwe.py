"""Random JWEs, honest and broken, before Tessera, joserfc and jwcrypto: who decrypts what.

Usage: differential_jwe.py PATH-OF-TESSERA [--seed N] [--tokens N] [--encrypted N]

Every key management algorithm with every content encryption, in both directions; the rest is as in differential.py,
beside which it stands. PBES2 is not among them: the command line makes no key of a password.
"""

import argparse
import json
import random
import subprocess
import tempfile
from dataclasses import dataclass

from differential import Comparison, NOW, b64, compact, flipped, random_claims, random_text, random_value, unb64, written
from joserfc import jwe, jwk
from joserfc.jwe import JWERegistry
from jwcrypto import jwe as jwcrypto_jwe
from jwcrypto import jwk as jwcrypto_jwk

ENCRYPTIONS = {"A128GCM": 16, "A192GCM": 24, "A256GCM": 32, "A128CBC-HS256": 32, "A192CBC-HS384": 48, "A256CBC-HS512": 64}
SECRETS = {"A128KW": 16, "A192KW": 24, "A256KW": 32, "A128GCMKW": 16, "A192GCMKW": 24, "A256GCMKW": 32}
AGREEMENTS = ["ECDH-ES", "ECDH-ES+A128KW", "ECDH-ES+A192KW", "ECDH-ES+A256KW"]
CURVES = ["P-256", "P-384", "P-521", "X25519"]
ALGORITHMS = ["dir", *SECRETS, "RSA-OAEP", "RSA-OAEP-256", *AGREEMENTS]
ALL = [*ALGORITHMS, *ENCRYPTIONS]
PEERS = ["joserfc", "jwcrypto"]
REGISTRY = JWERegistry(algorithms=[*ALL, "DEF"], strict_check_header=False)


class Recipient:
    """One key as each library wants it; of `dir` it is bound to one content encryption."""

    def __init__(self, number: int, algorithm: str, curve: str | None, encryption: str | None, rng: random.Random):
        self.algorithm, self.encryption = algorithm, encryption
        if algorithm == "dir":
            members = {"kty": "oct", "k": b64(rng.randbytes(ENCRYPTIONS[encryption]))}
        elif algorithm in SECRETS:
            members = {"kty": "oct", "k": b64(rng.randbytes(SECRETS[algorithm]))}
        elif algorithm.startswith("RSA"):
            members = jwk.generate_key("RSA", 2048).as_dict(private=True)
        else:
            members = jwk.generate_key("OKP" if curve == "X25519" else "EC", curve).as_dict(private=True)
        self.id = f"{number} {random_text(rng, 8)}"
        plain = {name: value for name, value in members.items() if name not in ("kid", "alg", "use")}
        self.members = dict(plain, kid=self.id, alg=encryption or algorithm, use="enc")
        self.joserfc = jwk.import_key(plain)
        self.jwcrypto = jwcrypto_jwk.JWK(**plain)

    def __str__(self) -> str:
        return f"{self.algorithm} {self.members.get('crv', '')} {self.encryption or ''}"


def make_recipients(rng: random.Random) -> list[Recipient]:
    wanted = [("dir", None, encryption) for encryption in ENCRYPTIONS]
    wanted += [(algorithm, None, None) for algorithm in [*SECRETS, "RSA-OAEP", "RSA-OAEP-256"]]
    wanted += [(algorithm, curve, None) for algorithm in AGREEMENTS for curve in CURVES]
    return [Recipient(number, *one, rng) for number, one in enumerate(wanted)]


def with_joserfc(token: str, key: Recipient) -> bytes:
    return jwe.decrypt_compact(token, key.joserfc, registry=REGISTRY).plaintext


def with_jwcrypto(token: str, key: Recipient) -> bytes:
    read = jwcrypto_jwe.JWE(algs=[key.algorithm, *ENCRYPTIONS])
    read.deserialize(token, key.jwcrypto)
    return read.payload


VERIFIERS = {"joserfc": with_joserfc, "jwcrypto": with_jwcrypto}


def peer_verdict(peer: str, token: str, key: Recipient):
    try:
        return True, json.loads(VERIFIERS[peer](token, key))
    except Exception:
        return False, None


def tessera_verdicts(tessera: str, key: Recipient, tokens: list[str]) -> list[dict]:
    file = tempfile.NamedTemporaryFile("w", suffix=".json")
    json.dump(key.members, file)
    file.flush()
    done = subprocess.run(
        [tessera, "jwt", "decrypt", "--key", file.name, "--lines"], input="\n".join(tokens).encode() + b"\n",
        capture_output=True)
    answers = [json.loads(line) for line in done.stdout.split(b"\n") if line]
    if len(answers) != len(tokens):
        raise SystemExit(f"tessera answered {len(answers)} of {len(tokens)} tokens for {key}: {done.stderr.decode()}")
    return answers


# ---------------------------------------------------------------------------------------------------------------------
# Kinds of tokens


@dataclass
class Rule:
    accepted: bool
    differing: tuple = ()
    reason: str = ""


KINDS: dict[str, tuple] = {}


def kind(accepted: bool, differing=(), reason: str = "", only=None):
    def register(maker):
        KINDS[maker.__name__.replace("_", " ")] = (maker, Rule(accepted, tuple(differing), reason), only)
        return maker

    return register


def header_for(rng: random.Random, key: Recipient, **more) -> dict:
    header = {"alg": key.algorithm, "enc": key.encryption or rng.choice(list(ENCRYPTIONS)), "kid": key.id}
    if rng.random() < 0.4:
        header["typ"] = rng.choice(["JWT", "x"])
    if rng.random() < 0.3:
        header["x-" + random_text(rng, 5)] = random_value(rng, 6)
    if key.algorithm in AGREEMENTS and rng.random() < 0.5:
        header["apu"], header["apv"] = b64(rng.randbytes(rng.randint(1, 20))), b64(rng.randbytes(rng.randint(1, 20)))
    items = list({**header, **more}.items())
    rng.shuffle(items)
    return dict(items)


@kind(True)
def honest_by_joserfc(rng, key, claims, **more):
    return jwe.encrypt_compact(header_for(rng, key, **more), written(rng, claims), key.joserfc, registry=REGISTRY)


@kind(True)
def honest_by_jwcrypto(rng, key, claims, **more):
    made = jwcrypto_jwe.JWE(written(rng, claims), json.dumps(header_for(rng, key, **more)), algs=[key.algorithm, *ENCRYPTIONS])
    made.add_recipient(key.jwcrypto)
    return made.serialize(compact=True)


def honest(rng, key, claims, **more) -> list[str]:
    return rng.choice([honest_by_joserfc, honest_by_jwcrypto])(rng, key, claims, **more).split(".")


def changed_part(index: int):
    def maker(rng, key, claims):
        parts = honest(rng, key, claims)
        parts[index] = b64(flipped(rng, unb64(parts[index])))
        return ".".join(parts)

    return maker


for number, part in enumerate(["header", "encrypted key", "vector", "ciphertext", "tag"]):
    KINDS[f"a bit of the {part}"] = (changed_part(number), Rule(False), None)


@kind(False)
def a_tag_cut(rng, key, claims):
    parts = honest(rng, key, claims)
    raw = unb64(parts[4])
    parts[4] = b64(raw[: rng.choice([0, 1, 4, 8, 12, len(raw) - 1])])
    return ".".join(parts)


@kind(False)
def a_tag_with_a_tail(rng, key, claims):
    parts = honest(rng, key, claims)
    parts[4] = b64(unb64(parts[4]) + b"\0")
    return ".".join(parts)


@kind(False)
def a_vector_of_another_length(rng, key, claims):
    parts = honest(rng, key, claims)
    raw = unb64(parts[2])
    parts[2] = b64(rng.choice([b"", raw[:-1], raw + b"\0", raw[:8]]))
    return ".".join(parts)


@kind(False)
def a_ciphertext_cut(rng, key, claims):
    parts = honest(rng, key, claims)
    raw = unb64(parts[3])
    parts[3] = b64(raw[: rng.randrange(len(raw))])
    return ".".join(parts)


@kind(False)
def the_encrypted_key_of_another_token(rng, key, claims):
    if key.algorithm in ("dir", "ECDH-ES"):
        return ".".join([*honest(rng, key, claims)[:1], b64(rng.randbytes(40)), *honest(rng, key, claims)[2:]])
    parts = honest(rng, key, claims)
    parts[1] = honest(rng, key, claims)[1]
    return ".".join(parts)


@kind(False)
def an_encrypted_key_where_none_belongs_or_none_where_one_does(rng, key, claims):
    parts = honest(rng, key, claims)
    parts[1] = "" if parts[1] else b64(rng.randbytes(rng.choice([16, 24, 40])))
    return ".".join(parts)


@kind(False)
def another_content_encryption_in_the_header(rng, key, claims):
    parts = honest(rng, key, claims)
    header = json.loads(unb64(parts[0]))
    header["enc"] = rng.choice([name for name in ENCRYPTIONS if name != header["enc"]])
    parts[0] = b64(compact(header))
    return ".".join(parts)


@kind(False)
def another_algorithm_in_the_header(rng, key, claims):
    parts = honest(rng, key, claims)
    header = json.loads(unb64(parts[0]))
    header["alg"] = rng.choice([name for name in [*ALGORITHMS, "RSA1_5", "none"] if name != header["alg"]])
    parts[0] = b64(compact(header))
    return ".".join(parts)


@kind(False, PEERS, "no compression here (CVE-2024-33664)")
def zip_(rng, key, claims):
    return honest_by_joserfc(rng, key, claims, zip="DEF")


@kind(False, PEERS, "no extension is known here: any `crit` is refused")
def crit(rng, key, claims):
    return honest_by_joserfc(rng, key, claims, crit=["enc"])


@kind(False, PEERS, "the peers are given one key and do not look at `kid`")
def another_kid(rng, key, claims):
    return ".".join(honest(rng, key, claims, kid="unknown"))


@kind(False, PEERS, "one text has one spelling (RFC 7515 §2)")
def another_spelling(rng, key, claims):
    parts = honest(rng, key, claims)
    number = rng.randrange(5)
    parts[number] += rng.choice(["=", "==", " ", "\t"])
    return ".".join(parts)


@kind(False)
def another_number_of_parts(rng, key, claims):
    parts = honest(rng, key, claims)
    return ".".join(rng.choice([parts[:4], parts + [""], parts + ["AA"], parts[:3]]))


@kind(False, only=AGREEMENTS)
def an_ephemeral_key_that_is_none(rng, key, claims):
    parts = honest(rng, key, claims)
    header = json.loads(unb64(parts[0]))
    epk = header["epk"]
    wrong = [None, {}, "x", dict(epk, crv="P-256K"), {**epk, "x": b64(bytes(len(unb64(epk["x"]))))}, dict(epk, kty="RSA")]
    if "y" in epk:
        wrong += [{**epk, "y": epk["x"]}, {**epk, "x": b64(unb64(epk["x"])[1:])}]
    header["epk"] = rng.choice(wrong)
    parts[0] = b64(compact(header))
    return ".".join(parts)


# ---------------------------------------------------------------------------------------------------------------------


def compare(rng, tessera, recipients, count, comparison) -> int:
    made: dict[int, list] = {number: [] for number in range(len(recipients))}
    makers = list(KINDS.items())
    for index in range(count):
        number = index % len(recipients)
        key = recipients[number]
        while True:
            name, (maker, rule, only) = rng.choice(makers[:2]) if rng.random() < 0.3 else rng.choice(makers)
            if (only is None or key.algorithm in only) and not (name == "a bit of the encrypted key" and key.algorithm in ("dir", "ECDH-ES")):
                break
        claims = random_claims(rng, NOW)
        made[number].append((name, rule, maker(rng, key, claims), claims))
    for number, cases in made.items():
        if not cases:
            continue
        key = recipients[number]
        answers = tessera_verdicts(tessera, key, [token for _, _, token, _ in cases])
        for (name, rule, token, claims), answer in zip(cases, answers):
            comparison.add(name, "Tessera", answer["valid"])
            if answer["valid"] != rule.accepted:
                comparison.fault(f"{name}, {key}: Tessera says {answer.get('error', 'valid')}: {key.members} {token}")
            elif answer["valid"] and answer["claims"] != claims:
                comparison.fault(f"{name}, {key}: Tessera reads other claims: {key.members} {token}")
            for peer in PEERS:
                accepted, read = peer_verdict(peer, token, key)
                comparison.add(name, peer, accepted)
                if accepted and rule.accepted and read != claims:
                    comparison.fault(f"{name}, {key}: {peer} reads other claims: {token}")
                if accepted != rule.accepted:
                    if peer in rule.differing:
                        comparison.reasons[name].add(rule.reason)
                    else:
                        verdict = "takes" if accepted else "refuses"
                        comparison.fault(f"{name}, {key}: {peer} {verdict} {key.members} {token}")
    return count


def compare_own(rng, tessera, recipients, count, comparison) -> int:
    """Tessera encrypts, the peers decrypt and read the same claims."""
    each = -(-count // len(recipients))
    for key in recipients:
        claims = [random_claims(rng, NOW) for _ in range(each)]
        encryption = key.encryption or rng.choice(list(ENCRYPTIONS))
        file = tempfile.NamedTemporaryFile("w", suffix=".json")
        json.dump(key.members, file)
        file.flush()
        done = subprocess.run(
            [tessera, "jwt", "encrypt", "--key", file.name, "--lines", "--encryption", encryption],
            input=b"".join(compact(one) + b"\n" for one in claims), capture_output=True)
        tokens = done.stdout.decode().split()
        if len(tokens) != each:
            comparison.fault(f"Tessera does not encrypt for {key}: {done.stderr.decode()}")
            continue
        for token, wanted in zip(tokens, claims):
            for peer in PEERS:
                accepted, read = peer_verdict(peer, token, key)
                comparison.add("encrypted by Tessera", peer, accepted)
                if not accepted or read != wanted:
                    comparison.fault(f"{peer} does not decrypt what Tessera encrypted for {key}: {key.members} {token}")
    return each * len(recipients)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tessera")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**32))
    parser.add_argument("--tokens", type=int, default=2000, help="how many tokens the peers make")
    parser.add_argument("--encrypted", type=int, default=90, help="how many tokens Tessera makes")
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    rng = random.Random(options.seed)
    comparison = Comparison(PEERS)
    recipients = make_recipients(rng)
    count = compare(rng, options.tessera, recipients, options.tokens, comparison)
    count += compare_own(rng, options.tessera, recipients, options.encrypted, comparison)
    comparison.end(count)


if __name__ == "__main__":
    main()
