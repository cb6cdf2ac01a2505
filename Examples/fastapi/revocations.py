"""Follows Tessera's revocation feed: which tokens are refused before they expire.

What the feed holds, and what a follower must do, is written in docs/revocation.md.
"""

import base64
import hashlib
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

import jwt

NEVER = -float("inf")


class Revocations:
    def __init__(self, issuer: str, keys: jwt.PyJWKClient) -> None:
        self.issuer, self.keys = issuer, keys
        self.known, self.cursor, self.current_at, self.complete_at = {}, None, NEVER, NEVER
        threading.Thread(target=self.follow, daemon=True).start()

    def follow(self) -> None:
        while True:
            pause = 0
            try:
                pause = self.read()
            except urllib.error.HTTPError as error:
                pause = int(error.headers.get("Retry-After", 1))
            except Exception:  # whatever it was: what is known stays, and grows old
                pause = 1
            time.sleep(pause)

    def read(self) -> int:
        asked = time.monotonic()
        # A snapshot once an hour drops what is needed no more.
        cursor = self.cursor if asked - self.complete_at < 3600 else None
        query = "?" + urllib.parse.urlencode({"after": cursor, "wait": 10}) if cursor else ""
        with urllib.request.urlopen(f"{self.issuer}/revocations{query}", timeout=20) as answer:
            text = answer.read(16 << 20).decode()
        if jwt.get_unverified_header(text).get("typ", "").lower() != "revocations+jwt":
            raise jwt.InvalidTokenError("not a revocation feed")
        key = self.keys.get_signing_key_from_jwt(text)
        feed = jwt.decode(text, key, ["ES256"], issuer=self.issuer, leeway=30, options={"require": ["iss", "exp"]})
        if feed["complete"]:
            known, self.complete_at = {}, asked
        elif feed["after"] == cursor:
            known = dict(self.known)
        else:
            raise jwt.InvalidTokenError("the difference of another cursor")
        entries = [("sid", entry, -NEVER) for entry in feed["sids"]] + [("jti", entry, -NEVER) for entry in feed["jtis"]]
        entries += [("sub", *pair) for pair in feed["subs"]] + [("client_id", *pair) for pair in feed["clients"]]
        for claim, entry, last in entries:
            known[claim, entry] = max(last, known.get((claim, entry), last))
        self.known, self.cursor, self.current_at = known, feed["cursor"], asked
        # An empty answer at once: the server is about to stop and holds nobody back any more.
        return 1 if cursor and not entries and time.monotonic() - asked < 1 else 0

    def is_current(self) -> bool:
        """Whether the last good answer is young enough to rely on."""
        return time.monotonic() - self.current_at < 60

    def refuses(self, claims: dict) -> bool:
        return any(
            claims.get("iat", 0) <= self.known.get((claim, self.entry(claims[claim])), NEVER)
            for claim in ("sid", "jti", "sub", "client_id")
            if claim in claims
        )

    @staticmethod
    def entry(value: str) -> str:
        return base64.urlsafe_b64encode(hashlib.sha256(value.encode()).digest()[:16]).rstrip(b"=").decode()
