"""Which network addresses may be called from here.

Names are judged by what they resolve to, never by how they are written: `0x7f.1` and
`2130706433` are this machine as well.
"""

import socket
from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from typing import Any

from engine.kernel.addresses import is_public


class Closed(OSError):
    """The name leads to an address that must not be called."""


def public_addresses(host: str, port: int, seconds: float) -> list[str]:
    """The addresses of `host`, every one of them public.

    Raises `Closed` when any is not, and OSError when the name resolves to nothing or
    not within `seconds`.
    """
    addresses = resolve(host, port, seconds)
    if not all(is_public(address) for address in addresses):
        raise Closed(f"{host} leads to an address that is not public")
    return addresses


def resolve(host: str, port: int, seconds: float) -> list[str]:
    """The numeric addresses of `host`, each once, in the system's order of preference."""
    # getaddrinfo takes no time limit, so it waits in a thread that nobody waits for.
    answers = _within(seconds, lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
    return list(dict.fromkeys(str(answer[4][0]) for answer in answers))


def _within(seconds: float, work: Callable[[], list[Any]]) -> list[Any]:
    result: Future[list[Any]] = Future()

    def run() -> None:
        try:
            result.set_result(work())
        except (OSError, UnicodeError) as error:
            result.set_exception(error if isinstance(error, OSError) else OSError(str(error)))

    Thread(target=run, daemon=True, name="resolve").start()
    return result.result(timeout=seconds)
