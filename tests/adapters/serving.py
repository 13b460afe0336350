"""A server on this machine whose answers are worked out by a function, for stubs of systems."""

import json
import threading
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qsl, unquote, urlsplit

import msgspec

_ENCODE = msgspec.json.Encoder(decimal_format="number").encode


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One request."""

    method: str
    target: str
    """as it was written, with its query"""
    headers: Mapping[str, str]
    """by their names in small letters"""
    body: bytes

    @property
    def path(self) -> str:
        """Decoded, without the query."""
        return unquote(urlsplit(self.target).path)

    @property
    def parts(self) -> tuple[str, ...]:
        """The path between its slashes; each part is decoded by itself."""
        return tuple(unquote(each) for each in urlsplit(self.target).path.strip("/").split("/"))

    @property
    def query(self) -> Mapping[str, str]:
        return dict(parse_qsl(urlsplit(self.target).query))

    @property
    def what(self) -> str:
        return f"{self.method} /{'/'.join(self.parts)}"

    @property
    def members(self) -> dict[str, Any]:
        """Those of a body of JSON, with exact numbers."""
        found = json.loads(self.body, parse_float=Decimal, parse_int=Decimal)
        assert isinstance(found, dict)
        return found


@dataclass(frozen=True, kw_only=True)
class Reply:
    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=lambda: {"Content-Type": "application/json"})


Answering = Callable[[Asked], Reply]


def said(members: object, status: int = 200, **headers: str) -> Reply:
    """JSON, with numbers as exact as they are."""
    told = {"Content-Type": "application/json"} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    return Reply(status=status, body=_ENCODE(members), headers=told)


class Server:
    """Answers what `answer` says, until it is closed.

    Unless they may come `at_once`, calls are answered one after the other, each in a thread of its
    own. An answer is lost where `answer` raises ConnectionAbortedError.
    """

    def __init__(self, answer: Answering, *, at_once: bool = False) -> None:
        self.answer = answer
        self.asked: list[Asked] = []
        alone = nullcontext() if at_once else threading.Lock()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True
            timeout = 60

            def handle_one_request(self) -> None:
                try:
                    super().handle_one_request()
                except OSError:
                    self.close_connection = True

            def _serve(self) -> None:
                asked = Asked(
                    method=self.command,
                    target=self.path,
                    headers={name.lower(): value for name, value in self.headers.items()},
                    body=self.rfile.read(int(self.headers.get("Content-Length") or 0)),
                )
                with alone:
                    outer.asked.append(asked)
                    reply = outer.answer(asked)
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                if self.close_connection:  # as it was asked to
                    self.send_header("Connection", "close")
                self.send_header("Content-Length", str(len(reply.body)))
                self.end_headers()
                self.wfile.write(reply.body)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _serve  # noqa: N815 (the library's names)

            def log_message(self, *_: Any) -> None:  # noqa: ANN401 (the library's signature)
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), daemon=True
        )
        self._thread.start()

    @property
    def address(self) -> tuple[str, int]:
        return "127.0.0.1", int(self._server.server_address[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.address[1]}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=5)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
