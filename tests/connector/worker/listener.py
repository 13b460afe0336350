"""A receiver of webhooks on this machine that remembers what it heard and answers as told."""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

Json = dict[str, Any]


@dataclass(frozen=True)
class Heard:
    """One delivery: its headers in lower case, and its body."""

    headers: dict[str, str]
    body: bytes

    @property
    def event(self) -> Json:
        read: Json = json.loads(self.body)
        return read


@dataclass
class Listener:
    """Answers each delivery with the next of `answers`, then with 204."""

    answers: list[int] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)
    on_call: Callable[[], None] | None = None

    def __enter__(self) -> Self:
        listener = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                with listener._lock:
                    listener.heard.append(Heard(headers, body))
                    status = listener.answers.pop(0) if listener.answers else 204
                if listener.on_call is not None:
                    listener.on_call()
                self.send_response(status)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), daemon=True
        )
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    @property
    def target(self) -> str:
        return f"127.0.0.1:{self._server.server_address[1]}"

    @property
    def url(self) -> str:
        return f"http://{self.target}/hook"

    @property
    def types(self) -> list[str]:
        return [each.event["type"] for each in self.heard]
