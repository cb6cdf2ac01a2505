#!/usr/bin/env python3
"""Measures how soon a service refuses a token: from the answer of `/revoke` to the first 401, a thousand times.

    Scripts/build-release && swift build -c release --package-path Benchmarks/HTTP
    python3 Benchmarks/HTTP/revocation.py [COUNT]

The service is a process of its own that follows the feed of a real server over a socket, nothing else.
"""

import http.client
import statistics
import sys
import time

from support import post, routes, serving, status


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    with serving(8098) as server, routes("--es256", server.url):
        basic = server.add_client("--grant", "client_credentials")
        url = "http://127.0.0.1:8099/es256-followed"
        service = http.client.HTTPConnection("127.0.0.1", 8099)
        times = []
        for _ in range(count):
            token = post(f"{server.url}/token", {"grant_type": "client_credentials"}, basic)["access_token"]
            assert status(url, token) == 200
            post(f"{server.url}/revoke", {"token": token}, basic)
            revoked = time.perf_counter()
            while True:
                service.request("GET", "/es256-followed", headers={"Authorization": f"Bearer {token}"})
                answer = service.getresponse()
                answer.read()
                if answer.status == 401:
                    break
                assert answer.status == 200, answer.status
                assert time.perf_counter() - revoked < 60
            times.append((time.perf_counter() - revoked) * 1000)
        times.sort()
        print(f"{count} revocations, from the answer of /revoke to the first refusal at a service:")
        print(f"  median {statistics.median(times):.1f} ms, p99 {times[int(count * 0.99)]:.1f} ms, worst {times[-1]:.1f} ms")


main()
