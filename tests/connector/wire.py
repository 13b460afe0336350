"""An application asked over its ASGI door, without a socket: what comes in is scripted exactly."""

import asyncio
import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from starlette.types import ASGIApp, Message

SECRETS = {
    "CustA": "secret-of-tenant-a-0123456789abcdef",
    "CustB": "secret-of-tenant-b-0123456789abcdef",
}
JSON = {"content-type": "application/json"}


@dataclass(frozen=True)
class Reply:
    status: int
    headers: dict[str, str]
    content: bytes

    def json(self) -> Any:  # noqa: ANN401 (any JSON value)
        return json.loads(self.content)


def signed(tenant: str = "CustA", secret: str | None = None) -> dict[str, str]:
    """The Authorization header of a tenant."""
    pair = f"{tenant}:{SECRETS[tenant] if secret is None else secret}"
    return {"authorization": "Basic " + base64.b64encode(pair.encode()).decode()}


class Wire:
    """Sends requests to an application and keeps what it answers."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    def post(self, path: str, body: object, headers: dict[str, str] | None = None) -> Reply:
        """POST `body`, bytes or a JSON value, as CustA unless `headers` say otherwise."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.ask("POST", path, [raw], JSON | signed() if headers is None else headers)

    def get(self, path: str, headers: dict[str, str] | None = None) -> Reply:
        return self.ask("GET", path, [], headers or {})

    def ask(
        self,
        method: str,
        target: str,
        chunks: Sequence[bytes | None],
        headers: dict[str, str] | Sequence[tuple[str, str]],
        *,
        address: str = "192.0.2.1",
        falls_silent: bool = False,
    ) -> Reply:
        """One request whose body arrives in `chunks`; None among them hangs up.

        A client that `falls_silent` never says that it is done. A length is announced unless
        the headers announce one, or a transfer encoding.
        """
        pairs = list(headers.items() if isinstance(headers, dict) else headers)
        if not {name for name, _ in pairs} & {"content-length", "transfer-encoding"} and chunks:
            pairs.append(("content-length", str(sum(len(chunk or b"") for chunk in chunks))))
        scope = _scope(method, target, pairs, address)
        messages: list[Message] = [
            {"type": "http.disconnect"}
            if chunk is None
            else {
                "type": "http.request",
                "body": chunk,
                "more_body": falls_silent or place < len(chunks),
            }
            for place, chunk in enumerate(chunks or [b""], start=1)
        ]
        return asyncio.run(_exchange(self.app, scope, messages))


async def _exchange(app: ASGIApp, scope: dict[str, Any], messages: list[Message]) -> Reply:
    sent: list[Message] = []

    async def receive() -> Message:
        if not messages:
            await asyncio.Event().wait()
        return messages.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    await asyncio.wait_for(app(scope, receive, send), 20)
    if not sent:
        return Reply(0, {}, b"")
    headers = {name.decode(): value.decode("latin-1") for name, value in sent[0]["headers"]}
    content = b"".join(message.get("body", b"") for message in sent[1:])
    return Reply(sent[0]["status"], headers, content)


def _scope(
    method: str, target: str, headers: list[tuple[str, str]], address: str
) -> dict[str, Any]:
    path, _, query = target.partition("?")
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": query.encode("latin-1"),
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in headers],
        "client": (address, 40000),
        "server": ("hub.test", 80),
    }
