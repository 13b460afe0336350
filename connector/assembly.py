"""The web application, put together: edge, short way, Connexion, Flask.

From the outside in: the edge buffers and names the request; the short way serves what it
can; Connexion's middlewares turn exceptions into refusals, let the gate admit the caller,
route, check that it was admitted, and read the body; the bridge crosses into Flask.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import connexion
import msgspec
from connexion.exceptions import ProblemException
from connexion.lifecycle import ConnexionRequest, ConnexionResponse
from connexion.middleware.context import ContextMiddleware
from connexion.middleware.exceptions import ExceptionMiddleware
from connexion.middleware.lifespan import LifespanMiddleware
from connexion.middleware.request_validation import RequestValidationMiddleware
from connexion.middleware.routing import RoutingMiddleware
from connexion.middleware.security import SecurityMiddleware
from connexion.middleware.server_error import ServerErrorMiddleware
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp

from connector.bridge import Bridge
from connector.context import EXCHANGE
from connector.edge import Edge
from connector.errors import Refused, answer_for
from connector.express import Express, Parts
from connector.gate import Authenticator, Gate, GateMiddleware
from connector.metrics import Metrics
from connector.origin import Whereabouts
from connector.parameters import Parameters
from connector.resolver import SurfaceResolver
from connector.service import Service
from connector.shared_pages import SharedPages
from connector.surface import Json, Surface
from connector.validation import Shapes, validator_map
from connector.workers import Workers
from engine.hub import Hub

_VOICED = (ProblemException, HTTPException, Exception, 401, 403, 404, 405)


def assemble(  # noqa: PLR0913 (the composition root names every one)
    hub: Hub,
    surfaces: Sequence[Surface],
    authenticator: Authenticator,
    *,
    keys: Authenticator | None = None,
    users: Authenticator | None = None,
    rate: int = 0,
    threads: int = 10,
    metrics_folder: Path | None = None,
    short_way: bool = True,
    at_once: bool = False,
    public_url: str = "",
    listens_at: str = "",
) -> ASGIApp:
    """The application that serves `surfaces` from `hub`.

    `rate` is requests per second and tenant (0: not counted); `threads` bounds how many
    requests are worked on at once; without the short way everything goes through Connexion.
    `at_once` lets light operations be answered on the event loop: only where the database is
    a file on this machine, so that asking it for one row waits for nobody. `public_url` is where
    people reach this server; where it is empty, `listens_at` (host and port) is, or this machine.
    """
    workers, heavy = Workers(threads), Workers(1)
    gate = Gate(authenticator, rate, keys, users)
    shapes = Shapes()
    metrics = Metrics(metrics_folder)
    inner: list[Any] = [
        ServerErrorMiddleware,
        ExceptionMiddleware,
        partial(GateMiddleware, gate=gate, workers=workers),
        RoutingMiddleware,
        SecurityMiddleware,
        RequestValidationMiddleware,
        LifespanMiddleware,
        ContextMiddleware,
    ]
    if short_way:
        light: dict[str, int] = {}
        for surface in surfaces if at_once else ():
            light |= surface.light
        parts = Parts(gate, hub, shapes, workers, heavy, light)
        inner.insert(0, partial(Express, parts=parts))
    app = connexion.FlaskApp(
        "connector",
        middlewares=inner,
        lifespan=_closing(hub, workers, heavy),
        validator_map={**validator_map(shapes, workers), "parameter": Parameters},
        security_map={"basic": _Admitted, "bearer": _Admitted, "apiKey": _Admitted},
    )
    app._middleware_app.asgi_app = Bridge(app.app, hub, workers)  # noqa: SLF001 (see ParsedRequest)
    for surface in surfaces:
        app.add_api(
            _copy(surface.document),
            base_path=surface.base_path,
            name=surface.name,
            resolver=SurfaceResolver(surface),
        )
    for kind in _VOICED:
        app.add_error_handler(kind, _voice)
    own = (
        Service(hub, surfaces, metrics, workers),
        SharedPages(hub, workers, counted=bool(rate)),
    )
    where = Whereabouts(public_url=public_url, listens_at=listens_at)
    return Edge(app, surfaces, own, metrics, where)


def _copy(document: Json) -> Json:
    """A document of one's own, which Connexion writes its defaults into."""
    copy: Json = msgspec.json.decode(msgspec.json.encode(document))
    return copy


class _Admitted:
    """Connexion's check of an operation's security: the gate must have admitted the caller."""

    def get_fn(self, _scheme: object, _scopes: object) -> Callable[[ConnexionRequest], Any]:
        return self.check

    @staticmethod
    def check(request: ConnexionRequest) -> dict[str, str]:
        principal = request.scope[EXCHANGE].principal
        if principal is None:
            raise Refused(401, "The credentials are missing or not valid.")
        return {"sub": principal.tenant}


async def _voice(request: ConnexionRequest, error: Exception) -> ConnexionResponse:
    answer = answer_for(error, request.scope[EXCHANGE])
    return ConnexionResponse(
        status_code=answer.status,
        mimetype=answer.content_type,
        body=answer.content,
        headers=dict(answer.headers),
    )


def _closing(hub: Hub, *teams: Workers) -> Callable[[object], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_app: object) -> AsyncIterator[None]:
        yield
        for workers in teams:
            workers.close()
        hub.close()

    return lifespan
