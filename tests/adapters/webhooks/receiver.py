"""A receiver on this machine that answers, or misbehaves, as it is told."""

import socket
import threading
from collections.abc import Callable
from contextlib import suppress

Script = Callable[[socket.socket], None]


class Receiver:
    """Plays one script to whoever connects; `requests` is what came in, `connections` how many."""

    def __init__(self, script: Script) -> None:
        self.requests: list[bytes] = []
        self.connections = 0
        self._script = script
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    @property
    def target(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"http://{self.target}/hooks"

    def close(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(timeout=5)

    def _serve(self) -> None:
        while True:
            try:
                caller, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._talk, args=(caller,), daemon=True).start()

    def _talk(self, caller: socket.socket) -> None:
        with suppress(OSError), caller:
            caller.settimeout(5)
            while request := self._heard(caller):
                self.requests.append(request)
                self._script(caller)

    @staticmethod
    def _heard(caller: socket.socket) -> bytes:
        """One request, head and body; empty when the caller is gone."""
        heard = b""
        while b"\r\n\r\n" not in heard:
            part = caller.recv(65_536)
            if not part:
                return b""
            heard += part
        head, _, body = heard.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        while len(body) < length:
            body += caller.recv(65_536)
        return head + b"\r\n\r\n" + body


def answering(status: str, body: bytes = b"", *headers: str) -> Script:
    """A plain answer, after which the connection stays open."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    head = "\r\n".join(lines).encode() + b"\r\n\r\n"
    return lambda caller: caller.sendall(head + body)
