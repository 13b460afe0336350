"""Where people reach this server: as it was told, or as it knows itself.

Whatever a request says about that is believed only where it leads to this machine, so that
nobody can have an address made that leads elsewhere.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address

from starlette.types import Scope

_SITE = re.compile(
    r"(?P<scheme>https?)://(?P<host>[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::(?P<port>[0-9]{1,5}))?(?:/.*)?",
    re.ASCII,
)
_PORTS = {"http": 80, "https": 443}
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


def is_foreign(scope: Scope, headers: Mapping[bytes, bytes], origin: str) -> bool:
    """Whether a page of another site than ours, which is at `origin`, had a browser send this.

    A browser that says how the page stands to us is believed: no page can make it say otherwise.
    """
    site = headers.get(b"sec-fetch-site")
    if site is not None:
        return site not in {b"same-origin", b"none"}
    sent = headers.get(b"origin")
    if sent is None:
        return False
    asked = f"{scope.get('scheme', 'http')}://{headers.get(b'host', b'').decode('latin-1')}"
    theirs = _site(sent.decode("latin-1"))
    return theirs is None or theirs not in {_site(origin), _site(asked)}


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a server listening at `host`."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _site(address: str) -> tuple[str, str, int] | None:
    """The scheme, host and port of an address, whatever its path; None where it has none."""
    found = _SITE.fullmatch(address.lower())
    if found is None:
        return None
    scheme, host, port = found.group("scheme", "host", "port")
    return scheme, host, int(port or _PORTS[scheme])


def _loopback(host: bytes) -> str:
    """The host of a request that names this machine; empty otherwise."""
    named = _HOST.fullmatch(host)
    name = "" if named is None else named["name"].decode().strip("[]").lower()
    return host.decode() if is_loopback(name) else ""
