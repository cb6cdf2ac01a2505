"""A plain HTTP/1.1 client over one socket: sends without waiting, so that one thread can have many requests in flight."""

import base64
import json
import socket
import urllib.parse


class Answer:
    def __init__(self, status: int, headers: dict, body: bytes) -> None:
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self) -> dict:
        try:
            return json.loads(self.body)
        except ValueError:
            return {}

    def __repr__(self) -> str:
        return f"{self.status} {self.body[:300]!r}"


class Lost(Exception):
    """The connection ended, or was never made, before an answer had come."""


class Connection:
    """Keeps a connection open and makes a new one when the last was lost."""

    def __init__(self, port: int, timeout: float = 30, source: str = "127.0.0.1") -> None:
        self.port, self.timeout, self.source = port, timeout, source
        self.socket: socket.socket | None = None
        self.buffer = b""

    def close(self) -> None:
        if self.socket:
            self.socket.close()
        self.socket, self.buffer = None, b""

    def send_bytes(self, data: bytes) -> None:
        try:
            if not self.socket:
                self.socket = socket.create_connection(
                    ("127.0.0.1", self.port), timeout=self.timeout, source_address=(self.source, 0)
                )
                self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.socket.sendall(data)
        except OSError as error:
            self.close()
            raise Lost(str(error)) from None

    def send(self, method: str, path: str, bearer: str | None = None, form: dict | None = None,
             json_body: object = None, headers: dict | None = None) -> None:
        self.send_bytes(request(method, path, bearer, form, json_body, headers))

    def receive(self) -> Answer:
        try:
            while b"\r\n\r\n" not in self.buffer:
                self._more()
            head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
            lines = head.decode("latin-1").split("\r\n")
            status = int(lines[0].split(" ")[1])
            headers = {}
            for line in lines[1:]:
                name, _, value = line.partition(":")
                headers[name.lower()] = value.strip()
            body = self._body(status, headers)
        except (OSError, ValueError, IndexError) as error:
            self.close()
            raise Lost(str(error)) from None
        if headers.get("connection") == "close":
            self.close()
        return Answer(status, headers, body)

    def _body(self, status: int, headers: dict) -> bytes:
        if headers.get("transfer-encoding") == "chunked":
            body = b""
            while True:
                while b"\r\n" not in self.buffer:
                    self._more()
                size, self.buffer = self.buffer.split(b"\r\n", 1)
                body += self._take(int(size, 16))
                self._take(2)
                if int(size, 16) == 0:
                    return body
        return self._take(0 if status in (204, 304) else int(headers.get("content-length", "0")))

    def _take(self, count: int) -> bytes:
        while len(self.buffer) < count:
            self._more()
        taken, self.buffer = self.buffer[:count], self.buffer[count:]
        return taken

    def _more(self) -> None:
        if not self.socket:
            raise OSError("not connected")
        data = self.socket.recv(1 << 16)
        if not data:
            raise OSError("closed")
        self.buffer += data

    def call(self, method: str, path: str, **rest) -> Answer:
        self.send(method, path, **rest)
        return self.receive()

    # What the proofs ask most.

    def log_in(self, username: str, password: str, **more: str) -> Answer:
        return self.call("POST", "/token", form={"username": username, "password": password, **more})

    def refresh(self, token: str) -> Answer:
        return self.call("POST", "/token", form={"grant_type": "refresh_token", "refresh_token": token})

    def revoke(self, token: str) -> Answer:
        return self.call("POST", "/revoke", form={"token": token})

    def me(self, token: str) -> Answer:
        return self.call("GET", "/users/me", bearer=token)

    def client_token(self, client: str, secret: str) -> Answer:
        return self.call(
            "POST", "/token",
            form={"grant_type": "client_credentials", "client_id": client, "client_secret": secret},
        )


def request(method: str, path: str, bearer: str | None = None, form: dict | None = None, json_body: object = None,
            headers: dict | None = None) -> bytes:
    """The bytes of a request."""
    fields = {"Host": "127.0.0.1", **(headers or {})}
    body = b""
    if bearer:
        fields["Authorization"] = f"Bearer {bearer}"
    if form is not None:
        fields["Content-Type"] = "application/x-www-form-urlencoded"
        body = urllib.parse.urlencode(form).encode()
    if json_body is not None:
        fields["Content-Type"] = "application/json"
        body = json.dumps(json_body).encode()
    if body or method in ("POST", "PUT", "PATCH"):
        fields["Content-Length"] = str(len(body))
    head = f"{method} {path} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return head.encode("latin-1") + b"\r\n" + body


def claims(token: str) -> dict:
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
