"""Requests whose end or host two servers could read differently, sent directly and through nginx."""

import os
import random
import shutil
import socket
import subprocess
import time

from .http import Connection, Lost
from .outcome import Outcome
from .server import Server, free_port

INNER = b"GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"
LENGTH = str(len(INNER)).encode()


def head(*lines: bytes, method: bytes = b"POST /token HTTP/1.1") -> bytes:
    return b"\r\n".join([method, b"Host: a", b"Content-Type: application/x-www-form-urlencoded", *lines, b"", b""])


#: Refused, and the connection closed: nothing that follows is a request.
REFUSED: dict[str, bytes] = {
    "length and coding": head(b"Content-Length: 4", b"Transfer-Encoding: chunked") + b"0\r\n\r\n" + INNER,
    "coding and length": head(b"Transfer-Encoding: chunked", b"Content-Length: " + LENGTH) + b"0\r\n\r\n" + INNER,
    "two lengths": head(b"Content-Length: 0", b"Content-Length: " + LENGTH) + INNER,
    "a list of lengths": head(b"Content-Length: 0, " + LENGTH) + INNER,
    "a signed length": head(b"Content-Length: +0") + INNER,
    "a negative length": head(b"Content-Length: -1") + INNER,
    "a hexadecimal length": head(b"Content-Length: 0x0") + INNER,
    "an empty length": head(b"Content-Length:") + INNER,
    "a length that overflows": head(b"Content-Length: 18446744073709551616") + INNER,
    "a length with an underscore": head(b"Content-Length: 0_0") + INNER,
    "an unknown coding": head(b"Transfer-Encoding: xchunked") + INNER,
    "identity": head(b"Transfer-Encoding: identity") + INNER,
    "chunked and identity": head(b"Transfer-Encoding: chunked, identity") + b"0\r\n\r\n" + INNER,
    "chunked twice": head(b"Transfer-Encoding: chunked, chunked") + b"0\r\n\r\n" + INNER,
    "two codings in two fields": head(b"Transfer-Encoding: chunked", b"Transfer-Encoding: x") + b"0\r\n\r\n" + INNER,
    "a quoted coding": head(b'Transfer-Encoding: "chunked"') + b"0\r\n\r\n" + INNER,
    "a coding with a vertical tab": head(b"Transfer-Encoding: \x0bchunked") + b"0\r\n\r\n" + INNER,
    "a space before the colon": head(b"Transfer-Encoding : chunked") + b"0\r\n\r\n" + INNER,
    "a folded coding": head(b"Transfer-Encoding:\r\n chunked") + b"0\r\n\r\n" + INNER,
    "a folded length": head(b"Content-Length:\r\n\t0") + INNER,
    "a NUL in a field": head(b"X: a\x00b", b"Content-Length: 0") + INNER,
    "a bare CR in a field": head(b"X: a\rContent-Length: 5", b"Content-Length: 0") + INNER,
    "a space in a name": head(b"Content Length: 5", b"Content-Length: 0") + INNER,
    "a field that begins with a space": b"POST /token HTTP/1.1\r\n Host: b\r\nHost: a\r\nContent-Length: 0\r\n\r\n" + INNER,
    "coding with HTTP/1.0":
        head(b"Transfer-Encoding: chunked", method=b"POST /token HTTP/1.0") + b"0\r\n\r\n" + INNER,
    "two hosts": b"GET /health/live HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n" + INNER,
    "no host": b"GET /health/live HTTP/1.1\r\n\r\n" + INNER,
    "an empty chunk size": head(b"Transfer-Encoding: chunked") + b"\r\n\r\n" + INNER,
    "a chunk size in 0x": head(b"Transfer-Encoding: chunked") + b"0x0\r\n\r\n" + INNER,
    "a negative chunk size": head(b"Transfer-Encoding: chunked") + b"-1\r\n\r\n" + INNER,
    "a signed chunk size": head(b"Transfer-Encoding: chunked") + b"+0\r\n\r\n" + INNER,
    "a chunk size that overflows": head(b"Transfer-Encoding: chunked") + b"10000000000000000\r\n\r\n" + INNER,
    "a chunk longer than its size": head(b"Transfer-Encoding: chunked") + b"1\r\nab\r\n0\r\n\r\n" + INNER,
    "a chunk that ends with a bare CR": head(b"Transfer-Encoding: chunked") + b"1\r\na\rX0\r\n\r\n" + INNER,
    "HTTP/2 in the request line": head(b"Content-Length: 0", method=b"POST /token HTTP/2.0") + INNER,
    "an unknown version": head(b"Content-Length: 0", method=b"POST /token HTTP/9.9") + INNER,
}

#: Clear to everybody: one answer, and what looks like a request is a body, or is not looked at.
ONE: dict[str, bytes] = {
    "a GET with a body":
        b"GET /health/live HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: " + LENGTH + b"\r\n\r\n" + INNER,
    "a request after one that closes": b"GET /health/live HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n" + INNER,
    "an upgrade to h2c":
        b"GET /health/live HTTP/1.1\r\nHost: a\r\nConnection: close, Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
        b"HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n" + b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
}


def answers(port: int, data: bytes) -> tuple[list[int], bool]:
    """The statuses that came back, and whether the server closed the connection."""
    received, closed = b"", False
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        try:
            connection.sendall(data)
            while True:
                piece = connection.recv(1 << 16)
                if not piece:
                    closed = True
                    break
                received += piece
        except (ConnectionResetError, BrokenPipeError):
            closed = True
        except TimeoutError:
            pass
    lines = [line for line in received.split(b"\r\n") if line.startswith(b"HTTP/1.")]
    # An answer's body ends without a line end: the next answer's first line may stand behind it.
    return [int(line.split(b" ")[1]) for line in lines] + [0] * (received.count(b"HTTP/1.1 ") - len(lines)), closed


def prove_directly(server: Server, outcome: Outcome) -> int:
    for name, data in REFUSED.items():
        statuses, closed = answers(server.port, data)
        fine = len(statuses) <= 1 and all(400 <= status < 600 and status != 500 for status in statuses)
        outcome.expect(fine and closed, f"{name} is not refused", f"{statuses}, closed: {closed}")
    for name, data in ONE.items():
        statuses, _ = answers(server.port, data)
        outcome.expect(statuses == [200], f"{name} is answered otherwise", statuses)
    outcome.expect("smuggled" not in server.log(), "a smuggled request was taken", server.log()[-1000:])
    return len(REFUSED) + len(ONE)


class Nginx:
    """A plain reverse proxy with one connection for everybody."""

    def __init__(self, server: Server, buffers: bool) -> None:
        self.port = free_port()
        directory = f"{server.directory}/nginx"
        os.makedirs(directory, exist_ok=True)
        configuration = f"""
            daemon off; master_process off; pid {directory}/pid; error_log {directory}/log;
            events {{ worker_connections 512; }}
            http {{
                access_log off;
                client_body_temp_path {directory}/body; proxy_temp_path {directory}/proxy;
                fastcgi_temp_path {directory}/fastcgi; uwsgi_temp_path {directory}/uwsgi; scgi_temp_path {directory}/scgi;
                upstream tessera {{ server 127.0.0.1:{server.port}; keepalive 1; }}
                server {{
                    listen 127.0.0.1:{self.port};
                    location / {{
                        proxy_pass http://tessera; proxy_http_version 1.1; proxy_set_header Connection "";
                        proxy_request_buffering {"on" if buffers else "off"};
                    }}
                }}
            }}
            """
        with open(f"{directory}/nginx.conf", "w") as file:
            file.write(configuration)
        self.process = subprocess.Popen(
            [find(), "-c", f"{directory}/nginx.conf", "-p", directory], stderr=subprocess.DEVNULL
        )
        for _ in range(500):
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
                return
            except OSError:
                time.sleep(0.01)
        raise RuntimeError("nginx does not start")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()


def find() -> str | None:
    return shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")


def prove_behind_nginx(server: Server, tokens: dict[str, str], outcome: Outcome, rounds: int) -> int:
    """Whatever an attacker sends, others who share the proxy's connection get their own answers."""
    sent = 0
    for buffers in (True, False):
        nginx = Nginx(server, buffers)
        others = {name: Connection(nginx.port, timeout=10) for name in tokens}
        for _ in range(rounds):
            for name, data in random.sample([*REFUSED.items(), *ONE.items()], len(REFUSED) + len(ONE)):
                attack(nginx.port, data)
                sent += 1
                for user, token in tokens.items():
                    check(others[user], user, token, name, outcome)
        nginx.stop()
    return sent


def attack(port: int, data: bytes) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=0.05) as connection:
        try:
            connection.sendall(data)
            while connection.recv(1 << 16):
                pass
        except OSError:
            pass


def check(connection: Connection, user: str, token: str, attack_name: str, outcome: Outcome) -> None:
    try:
        answer = connection.call("GET", "/verify", bearer=token)
    except Lost as error:
        outcome.violated("a legitimate request fails behind nginx", f"after {attack_name}: {error}")
        return
    found = answer.status, answer.headers.get("x-auth-username")
    outcome.expect(found == (200, user), "somebody got another's answer", f"after {attack_name}: {found}")
