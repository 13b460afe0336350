"""What the CRMs of the tests have in common: a server on this machine that can be told to fail."""

import json
import threading
from collections.abc import Mapping
from contextlib import suppress
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import msgspec
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from adapters.http import Guard

KEY, OTHER_KEY = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))


def pem(key: rsa.RSAPrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


PEM = pem(KEY)
_ENCODE = msgspec.json.Encoder(decimal_format="number").encode


class Asked:
    """One request."""

    def __init__(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> None:
        parts = urlsplit(target)
        self.method = method
        self.path = [unquote(each) for each in parts.path.strip("/").split("/")]
        self.params = dict(parse_qsl(parts.query))
        self.headers = {name.lower(): value for name, value in headers.items()}
        self.body = body

    def json(self) -> Any:  # noqa: ANN401 (whatever was sent)
        return json.loads(self.body, parse_float=Decimal)


class Reply(Exception):
    """An answer, which may be raised."""

    def __init__(self, status: int, body: object = None, **headers: str) -> None:
        super().__init__(status)
        self.status = status
        self.headers = headers
        self.body = body if isinstance(body, bytes) else _encoded(body)


def _encoded(body: object) -> bytes:
    return b"" if body is None else _ENCODE(body)


class Stub:
    """Answers requests one at a time.

    `faults` are answers instead of the usual ones, by method, each for one request. Of those in
    `lose` the answer is lost after they were carried out.
    """

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.faults: dict[str, list[Reply]] = {}
        self.lose: list[str] = []
        self._lock = threading.Lock()
        stub = self

        class Handler(BaseHTTPRequestHandler):
            timeout = 5

            def handle_one_request(self) -> None:
                with suppress(OSError):
                    super().handle_one_request()

            def answer(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                asked = Asked(self.command, self.path, dict(self.headers), self.rfile.read(length))
                reply = stub.replied(asked)
                if asked.method in stub.lose:
                    stub.lose.remove(asked.method)
                    self.close_connection = True
                    return
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name.replace("_", "-"), value)
                self.send_header("Content-Length", str(len(reply.body)))
                self.end_headers()
                self.wfile.write(reply.body)

            do_GET = do_POST = do_PATCH = answer  # noqa: N815 (the library's names)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def guard(self) -> Guard:
        """Lets nothing but this server be called over http."""
        return Guard(seconds=5, largest=100_000, plain=frozenset({("127.0.0.1", self.port)}))

    def of(self, method: str) -> list[Asked]:
        """What was asked with a method, in order."""
        return [each for each in self.asked if each.method == method]

    def replied(self, asked: Asked) -> Reply:
        with self._lock:
            self.asked.append(asked)
            faults = self.faults.get(asked.method)
            if faults:
                return faults.pop(0)
            try:
                return self.reply(asked)
            except Reply as reply:
                return reply

    def reply(self, asked: Asked) -> Reply:
        raise NotImplementedError

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=5)
