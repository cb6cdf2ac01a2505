"""A service that knows nothing of tokens: it answers what it was told of its caller.

Usage: plain_service.py PORT
"""

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

NAMES = ["Authorization", "X-Auth-Subject", "X-Auth-Username", "X-Auth-Scope"]


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        body = json.dumps({name.lower(): self.headers[name] or "" for name in NAMES}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format, *arguments):
        print("asked for", self.path, flush=True)


server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler)
print("listening", flush=True)
server.serve_forever()
