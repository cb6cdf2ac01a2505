#!/usr/bin/env python3
"""Lets requests race that must not both win, thousands of times.

    python3 Tests/Proofs/races.py --binary .build/release/tessera --trials 10000

One refresh token is presented sixteen times at once; a refresh meets a log-out, a password change, the disabling of its
account. Of one token there is one successor, shared by all; after a log-out, a change or a disabling that was acknowledged
nothing of the session lives, whichever came first; nobody is answered 500. The requests of a trial are written to open
connections in a random order, then their answers are read.
"""

import random
import time
from collections import Counter

from support.http import Answer, request
from support.outcome import Outcome, arguments
from support.seed import PASSWORD, Seeded, seeded_server

PRESENTERS = 16


class Races:
    def __init__(self, options, outcome: Outcome) -> None:
        self.outcome, self.trials = outcome, options.trials
        accounts = {"reuse": 50} | {f"logout{number}": 100 for number in range((self.trials + 99) // 100)}
        accounts |= {f"{kind}{number}": 1 for kind in ("password", "disable") for number in range(self.trials)}
        self.server, self.seeded = seeded_server(options.binary, accounts)
        self.server.start()
        self.administrator = self.server.administrator()
        self.connections = [self.server.connect() for _ in range(PRESENTERS)]
        self.first = Counter()

    def together(self, requests: list[bytes]) -> list[Answer]:
        """The answers to requests that are written as close together as one thread can, in a random order."""
        pairs = list(zip(requests, self.connections))
        for data, connection in random.sample(pairs, len(pairs)):
            connection.send_bytes(data)
            if len(pairs) == 2 and random.random() < 0.5:
                time.sleep(random.uniform(0, 0.002))
        answers = [connection.receive() for _, connection in pairs]
        for answer in answers:
            self.outcome.expect(answer.status < 500, f"answered {answer.status}", answer)
        return answers

    @staticmethod
    def refresh(token: str) -> bytes:
        return request("POST", "/token", form={"grant_type": "refresh_token", "refresh_token": token})

    # The races.

    def one_token(self) -> None:
        """Sixteen at once get the same successor, and it works."""
        sessions = self.seeded["reuse"]
        for trial in range(self.trials):
            session = sessions[trial % len(sessions)]
            answers = self.together([self.refresh(session.token)] * PRESENTERS)
            statuses = Counter(answer.status for answer in answers)
            successors = {answer.json.get("refresh_token") for answer in answers}
            self.outcome.expect(statuses == {200: PRESENTERS}, "a presenter is refused", statuses)
            if not self.outcome.expect(len(successors) == 1, "two successors of one token", len(successors)):
                continue
            # The next trial of this session presents the successor: were it dead, that would be seen there.
            self.first[f"successors"] += 1
            session.token = successors.pop()
        for session in sessions:
            answer = self.connections[0].refresh(session.token)
            self.outcome.expect(answer.status == 200, "the last successor is dead", answer)

    def log_out(self) -> None:
        sessions = [one for name, many in self.seeded.items() if name.startswith("logout") for one in many]
        for session in sessions[: self.trials]:
            self.end(session, request("POST", "/revoke", form={"token": session.token}), 200, "log-out")

    def password_change(self) -> None:
        for number in range(self.trials):
            session = self.seeded[f"password{number}"][0]
            path = f"/admin/users/{session.username}/password"
            ending = request("PUT", path, bearer=self.administrator, json_body={"password": f"{PASSWORD} {number}"})
            self.end(session, ending, 204, "password change", late=True)

    def disabling(self) -> None:
        for number in range(self.trials):
            session = self.seeded[f"disable{number}"][0]
            ending = request("POST", f"/admin/users/{session.username}/disable", bearer=self.administrator)
            self.end(session, ending, 204, "disabling")

    def end(self, session: Seeded, ending: bytes, status: int, kind: str, late: bool = False) -> None:
        """A refresh meets what ends its session: then the session is dead, with all that the refresh gave."""
        if late:
            # A password is hashed for a long while first: the refresh comes somewhere near the end of it.
            self.connections[1].send_bytes(ending)
            time.sleep(random.uniform(0.3, 1.3) * self.hash_time)
            self.connections[0].send_bytes(self.refresh(session.token))
            began = time.monotonic()
            answers = [connection.receive() for connection in self.connections[:2]]
            for answer in answers:
                self.outcome.expect(answer.status < 500, f"answered {answer.status}", answer)
            self.hash_time = 0.98 * self.hash_time + 0.02 * min(1, max(0.001, time.monotonic() - began + self.hash_time / 2))
        else:
            answers = self.together([self.refresh(session.token), ending])
        refreshed, ended = answers
        self.outcome.expect(ended.status == status, f"{kind} is answered {ended.status}", ended)
        self.outcome.expect(refreshed.status in (200, 400), f"refresh is answered {refreshed.status}", refreshed)
        self.first[f"{kind} {refreshed.status}"] += 1
        connection = self.connections[0]
        tokens = [session.token]
        if refreshed.status == 200:
            tokens.append(refreshed.json["refresh_token"])
            answer = connection.me(refreshed.json["access_token"])
            self.outcome.expect(answer.status == 401, f"an access token lives on after {kind}", answer)
        for token in tokens:
            answer = connection.refresh(token)
            self.outcome.expect(answer.status == 400, f"a refresh token lives on after {kind}", answer)

    hash_time = 0.05


def main() -> None:
    options = arguments(__doc__, trials=(10_000, 200, "trials of each race"))
    random.seed(options.seed)
    outcome = Outcome("races")
    races = Races(options, outcome)
    try:
        for race in (races.one_token, races.log_out, races.password_change, races.disabling):
            race()
            outcome.expect(races.server.is_running, "the server ended")
    finally:
        races.server.remove()
    winners = ", ".join(f"{kind} {count}" for kind, count in sorted(races.first.items()) if kind != "successors")
    outcome.end(
        f"{options.trials} trials each of one token × {PRESENTERS}, log-out, password change, disabling"
        f" (refresh answered: {winners}; seed {options.seed})"
    )


if __name__ == "__main__":
    main()
