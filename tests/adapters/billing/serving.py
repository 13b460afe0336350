"""What the billing systems of the tests have in common, and a wire that loses answers."""

import http.client
from dataclasses import dataclass, field

import msgspec

from adapters.http import Guard
from tests.adapters import serving
from tests.adapters.serving import Asked, Server

_ENCODE = msgspec.json.Encoder(decimal_format="number").encode
_JSON = {"Content-Type": "application/json"}


def guard_for(port: int, seconds: float = 5.0) -> Guard:
    """One that lets calls to this machine at that port through."""
    return Guard(seconds=seconds, largest=200_000, plain=frozenset({("127.0.0.1", port)}))


class Reply(Exception):
    """An answer, which may be raised as well."""

    def __init__(self, status: int, body: object = None, **headers: str) -> None:
        super().__init__(status)
        self.status = status
        self.headers = _JSON | {name.replace("_", "-"): value for name, value in headers.items()}
        self.body = body if isinstance(body, bytes) else _ENCODE(body)


class Stub(Server):
    """Answers requests one at a time; `faults` by `what` come instead of the usual answers."""

    def __init__(self) -> None:
        self.faults: dict[str, list[Reply]] = {}
        super().__init__(self._answered)

    def replied(self, asked: Asked) -> Reply:
        """The usual answer."""
        raise NotImplementedError

    def count(self, what: str) -> int:
        """How often something was asked."""
        return sum(each.what == what for each in self.asked)

    def _answered(self, asked: Asked) -> serving.Reply:
        try:
            faults = self.faults.get(asked.what)
            reply = faults.pop(0) if faults else self.replied(asked)
        except Reply as raised:
            reply = raised
        return serving.Reply(status=reply.status, body=reply.body, headers=reply.headers)


@dataclass
class Loss:
    """Which of the calls that write loses its answer; the first is 1, none is 0."""

    at: int = 0
    seen: list[str] = field(default_factory=list)


class Wire(Server):
    """Stands before a system, and may lose an answer after the system has done its work."""

    def __init__(self, host: str, port: int) -> None:
        self._to = (host, port)
        self.loss = Loss()
        super().__init__(self._passed, at_once=True)

    def _passed(self, asked: Asked) -> serving.Reply:
        connection = http.client.HTTPConnection(*self._to, timeout=20)
        headers = {name: value for name, value in asked.headers.items() if name != "host"}
        connection.request(asked.method, asked.target, asked.body, headers)
        answer = connection.getresponse()
        kind = {"Content-Type": answer.headers.get("Content-Type", "text/plain")}
        reply = serving.Reply(status=answer.status, body=answer.read(), headers=kind)
        connection.close()
        if asked.method != "GET" and not asked.path.startswith("/login"):
            self.loss.seen.append(f"{asked.method} {asked.target}")
            if len(self.loss.seen) == self.loss.at:
                raise ConnectionAbortedError
        return reply
