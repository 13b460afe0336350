"""Which network addresses may be called from here.

Names are judged by what they resolve to, never by how they are written: `0x7f.1` and
`2130706433` are this machine as well. *Public* means reachable for everybody and not an
envelope around an address that is not.
"""

import socket
from collections.abc import Callable
from concurrent.futures import Future
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from threading import Thread
from typing import Any

_CLOSED_V4 = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/3",
    )
)
_OPEN_V6 = IPv6Network("2000::/3")
_CLOSED_V6 = tuple(
    IPv6Network(network) for network in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
)
_TRANSLATED = IPv6Network("64:ff9b::/96")
_LAST_32_BITS = 0xFFFF_FFFF


class Closed(OSError):
    """The name leads to an address that must not be called."""


def is_public(address: str) -> bool:
    """Whether a numeric address is public; ValueError when it is no address."""
    ip = _unwrapped(ip_address(address))
    if isinstance(ip, IPv4Address):
        return not any(ip in network for network in _CLOSED_V4)
    return ip in _OPEN_V6 and not any(ip in network for network in _CLOSED_V6)


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


def _unwrapped(ip: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    if isinstance(ip, IPv4Address):
        return ip
    if ip.ipv4_mapped is not None:
        return ip.ipv4_mapped
    return IPv4Address(int(ip) & _LAST_32_BITS) if ip in _TRANSLATED else ip
