"""`python -m benchmarks.peers NAME DATABASE PORT`: serves one peer on this machine."""

import gc
from collections.abc import Callable
from pathlib import Path

import click
import uvicorn
from starlette.types import ASGIApp

from benchmarks.peers import echo, fastapi_pydantic, starlette_msgspec

_FEWER_COLLECTIONS = (50_000, 20, 50)


def _connexion(database: Path) -> ASGIApp:
    from benchmarks.peers import connexion_marshmallow  # noqa: PLC0415 (only its own process pays)

    return connexion_marshmallow.app(database)


PEERS: dict[str, Callable[[Path], ASGIApp]] = {
    "starlette+msgspec": starlette_msgspec.app,
    "fastapi": fastapi_pydantic.app,
    "connexion": _connexion,
    "echo": lambda _: echo.app(),
}


@click.command()
@click.argument("name", type=click.Choice(list(PEERS)))
@click.argument("database", type=click.Path(path_type=Path))
@click.argument("port", type=int)
def main(name: str, database: Path, port: int) -> None:
    """Serve the peer NAME; the hub's own collector settings hold for all but connexion."""
    app = PEERS[name](database)
    if name != "connexion":
        gc.collect()
        gc.freeze()
        gc.set_threshold(*_FEWER_COLLECTIONS)
    uvicorn.run(
        app,
        host="127.0.0.1",
        port=port,
        loop="uvloop",
        http="httptools",
        ws="none",
        lifespan="off",
        log_level="error",
        access_log=False,
        server_header=False,
    )


if __name__ == "__main__":
    main()
