"""Passes: what a system lets us in with for a while, taken once and renewed before it ends."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from urllib.parse import urlsplit

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from adapters.rest import Answer, Rest
from adapters.watch import in_turn
from engine.kernel.clock import Clock
from engine.ports.outcomes import Denied

REFUSED = frozenset({401})
"""What a pass that has ended is answered with; nothing was done then."""
_FEWEST_BITS = 2048
_HTTPS_PORT = 443


@dataclass(frozen=True, slots=True)
class Pass:
    """What is shown, and where: the headers of a call to `api`."""

    api: Rest
    headers: dict[str, str] = field(repr=False)
    taken_at: datetime


class Passes:
    """The pass of one connection; threads share it, and one of them takes the next."""

    def __init__(self, take: Callable[[], Pass], lifetime: timedelta, clock: Clock) -> None:
        self._take = take
        self._lifetime = lifetime
        self._clock = clock
        self._lock = Lock()
        self._held: Pass | None = None

    def current(self) -> Pass:
        """A pass that has not ended as far as we know."""
        with in_turn(self._lock):
            held = self._held
            if held is None or self._clock.now() - held.taken_at >= self._lifetime:
                held = self._held = self._take()
            return held

    def after(self, refused: Pass) -> Pass:
        """A pass taken after one that was refused."""
        with in_turn(self._lock):
            if self._held is None or self._held is refused:
                self._held = None
                self._held = self._take()
            return self._held

    def call(self, ask: Callable[[Pass], Answer]) -> Answer:
        """Ask with a pass, and once more with a new one where it was refused."""
        held = self.current()
        answer = ask(held)
        if answer.status not in REFUSED:
            return answer
        answer = ask(self.after(held))
        if answer.status in REFUSED:
            raise Denied(f"a new pass was answered with {answer.status}: {answer.excerpt}")
        return answer


def private_key(pem: str) -> RSAPrivateKey:
    """The RSA key that is written in `pem`; Denied where it is none that may sign."""
    try:
        key = load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise Denied("the private key cannot be read") from None
    if not isinstance(key, RSAPrivateKey) or key.key_size < _FEWEST_BITS:
        raise Denied(f"the private key must be an RSA key of at least {_FEWEST_BITS} bits")
    return key


def is_at_home(url: str, configured: str, domain: str) -> bool:
    """Whether `url` is where a connection leads: its own origin, or https below `domain`."""
    try:
        found, own = urlsplit(url), urlsplit(configured)
        port = found.port
    except ValueError:
        return False
    if "@" in found.netloc or "\\" in url:
        return False
    if (found.scheme, found.netloc.lower()) == (own.scheme, own.netloc.lower()):
        return True
    host = (found.hostname or "").lower()
    return found.scheme == "https" and port in {None, _HTTPS_PORT} and host.endswith(f".{domain}")


def credential(held: dict[str, str], name: str) -> str:
    """One of the credentials; Denied where it was not given."""
    found = held.get(name, "")
    if not found:
        raise Denied(f"the credentials lack {name}")
    return found
