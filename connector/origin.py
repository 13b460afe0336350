"""Where people reach this server: as it was told, or as it knows itself.

Whatever a request says about that is believed only where it leads to this machine, so that
nobody can have an address made that leads elsewhere.
"""

import re
from dataclasses import dataclass
from ipaddress import ip_address

from starlette.types import Scope

_HOST = re.compile(rb"(?P<name>[A-Za-z0-9.-]{1,255}|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Whereabouts:
    """`public_url` is where people reach this server; empty where nobody said.

    `listens_at` is the host and the port it was told to listen at.
    """

    public_url: str = ""
    listens_at: str = ""

    def origin(self, scope: Scope, headers: dict[bytes, bytes]) -> str:
        """The scheme and host that addresses begin with; empty where they are not known."""
        if self.public_url:
            return self.public_url
        host = _loopback(headers.get(b"host", b"")) or self.listens_at
        return f"{scope.get('scheme', 'http')}://{host}" if host else ""


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a server listening at `host`."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _loopback(host: bytes) -> str:
    """The host of a request that names this machine; empty otherwise."""
    named = _HOST.fullmatch(host)
    name = "" if named is None else named["name"].decode().strip("[]").lower()
    return host.decode() if is_loopback(name) else ""
