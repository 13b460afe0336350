"""What the process says about itself: whether it lives, is ready, what it counts and promises.

These paths need no credentials and are answered at the edge. The documents are served as
they are written, so that their schemas keep their names.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from html import escape
from importlib.resources import files
from pathlib import Path

from swagger_ui_bundle import swagger_ui_path  # type: ignore[import-untyped]

from connector.context import Exchange
from connector.encoder import Answer, encode
from connector.errors import Refused
from connector.metrics import CONTENT_TYPE, Metrics
from connector.surface import Surface
from connector.workers import Workers
from engine.hub import Hub

_ASSETS = {
    "swagger-ui.css": "text/css; charset=utf-8",
    "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
    "swagger-ui-standalone-preset.js": "text/javascript; charset=utf-8",
    "favicon-32x32.png": "image/png",
}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
_KEPT = ("cache-control", "public, max-age=300")

Say = Callable[[], Answer]


class Service:
    """Answers the paths that belong to no surface."""

    def __init__(
        self, hub: Hub, surfaces: Sequence[Surface], metrics: Metrics, workers: Workers
    ) -> None:
        self._hub = hub
        self._workers = workers
        self._metrics = metrics
        self._at_once: dict[str, Say] = {"/health": _alive, "/docs/start.js": _starter(surfaces)}
        self._at_once |= dict.fromkeys(("/docs", "/docs/"), _page(surfaces))
        self._at_once |= {f"/docs/assets/{name}": _asset(name) for name in _ASSETS}
        for surface in surfaces:
            self._at_once |= _documents(surface)
        self._slowly: dict[str, Say] = {"/ready": self._ready, "/metrics": self._counted}

    async def answer(self, exchange: Exchange, headers: Mapping[bytes, bytes]) -> Answer | None:
        """The answer to a request for one of these paths; None for all others."""
        path = exchange.path
        say = self._at_once.get(path) or self._slowly.get(path)
        if say is None:
            return None
        exchange.surface = None
        if exchange.method not in ("GET", "HEAD"):
            raise Refused(405, "Only GET is served here.", headers=[("allow", "GET, HEAD")])
        if path in self._at_once:
            answer = say()
        else:
            answer = await self._workers.run(say)
        return _unchanged(answer, headers.get(b"if-none-match", b"").decode("latin-1"))

    def _ready(self) -> Answer:
        if self._hub.ready():
            return Answer(200, b'{"status":"ready"}')
        return Answer(503, b'{"status":"not ready"}', (("retry-after", "5"),))

    def _counted(self) -> Answer:
        with self._hub.administration(reading=True) as administration:
            backlog = administration.outbox.backlog(self._hub.clock.now())
        self._metrics.owe(backlog.due, backlog.age.total_seconds(), backlog.dead)
        return Answer(200, self._metrics.written(), content_type=CONTENT_TYPE)


def _alive() -> Answer:
    return Answer(200, b'{"status":"alive"}')


def _documents(surface: Surface) -> dict[str, Say]:
    """The document of a surface as it is written, and as JSON; its schemas."""
    written = _fixed(surface.source, "application/yaml; charset=utf-8")

    @lru_cache(maxsize=1)
    def as_json() -> Answer:
        return _fixed(encode(surface.document), "application/json")()

    return {
        f"{surface.base_path}/openapi.yaml": written,
        f"{surface.base_path}/openapi.json": as_json,
        **{
            f"{surface.base_path}/{name}": _fixed(content, "application/schema+json")
            for name, content in surface.schemas.items()
        },
    }


def _page(surfaces: Sequence[Surface]) -> Say:
    links = ", ".join(
        f'<a href="{escape(surface.base_path)}/openapi.yaml">{escape(surface.title)}</a>'
        for surface in surfaces
    )
    page = (files("connector") / "templates" / "docs.html").read_text("utf-8")
    return _fixed(page.replace("DOCUMENTS", links).encode(), "text/html; charset=utf-8")


def _starter(surfaces: Sequence[Surface]) -> Say:
    documents = [
        {"name": surface.title, "url": f"{surface.base_path}/openapi.yaml"} for surface in surfaces
    ]
    script = (
        'SwaggerUIBundle({dom_id: "#contract", layout: "StandaloneLayout", validatorUrl: null, '
        "presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset], "
        f"urls: {json.dumps(documents)}}});"
    )
    return _fixed(script.encode(), "text/javascript; charset=utf-8")


def _asset(name: str) -> Say:
    @lru_cache(maxsize=1)
    def read() -> Answer:
        return _fixed((Path(swagger_ui_path) / name).read_bytes(), _ASSETS[name])()

    return read


def _fixed(content: bytes, content_type: str) -> Say:
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = (("etag", tag), _KEPT, ("content-security-policy", _POLICY))
    answer = Answer(200, content, headers, content_type)
    return lambda: answer


def _unchanged(answer: Answer, known: str) -> Answer:
    """304 where the caller holds `answer` already."""
    tag = dict(answer.headers).get("etag")
    tags = {one.strip().removeprefix("W/") for one in known.split(",")}
    if tag is not None and (tag in tags or "*" in tags):
        return Answer(304, b"", answer.headers, answer.content_type)
    return answer
