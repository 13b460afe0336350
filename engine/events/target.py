"""Which addresses may be registered for webhooks, judged by how they are written.

A name that does not resolve now is accepted: what it leads to is judged at each delivery.
"""

import re
import unicodedata
from collections.abc import Set as AbstractSet
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import SplitResult, urlsplit

from engine.kernel.addresses import is_public

LONGEST = 2_048
PORTS = frozenset({443, 8443})
"""Where receivers are called."""

_DOTS = str.maketrans({"\u3002": ".", "\uff0e": ".", "\uff61": "."})
_NUMBER = re.compile(r"(?:0x[0-9a-f]*|[0-9]+)\Z", re.ASCII)
_NAME = re.compile(r"[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*\Z")
_LONGEST_NAME = 253
_ODD = re.compile(r"[\s\\\x00-\x20\x7f-\xa0]")
_THIS_MACHINE = frozenset({"localhost", "localhost.localdomain", "ip6-localhost", "ip6-loopback"})


def webhook_url_problem(url: str, targets: AbstractSet[str] = frozenset()) -> str | None:
    """The code of what is wrong with an address, or None.

    `targets` lists the exact `host:port` receivers that may be called over http.
    """
    parts = _split(url)
    if parts is None:
        return "webhook_url_too_long" if len(url) > LONGEST else "webhook_url_invalid"
    if "@" in parts.netloc:
        return "webhook_url_credentials"
    if parts.scheme == "http" and parts.netloc in targets:
        return None
    if parts.scheme != "https":
        return "webhook_url_not_https"
    problem = _problem_of_host(parts)
    if problem is None and parts.port not in {None, *PORTS}:
        return "webhook_url_port"
    return problem


def _split(url: str) -> SplitResult | None:
    """The parts of an address; None where it is none, or too long."""
    if len(url) > LONGEST or _ODD.search(url):
        return None
    try:
        parts = urlsplit(url)
        named = parts.scheme and parts.hostname and parts.port != -1
    except ValueError:  # brackets, ports, characters that turn into others
        return None
    return parts if named else None


def _problem_of_host(parts: SplitResult) -> str | None:
    if "[" in parts.netloc:
        return _problem_of_literal(parts.hostname or "")
    # As a resolver reads it: circled and full-width digits are digits.
    read = unicodedata.normalize("NFKC", (parts.hostname or "").translate(_DOTS)).casefold()
    host = read.rstrip(".")
    if _NUMBER.match(host.rpartition(".")[2]):
        return _problem_of_number(parts.hostname or "", host)
    if host in _THIS_MACHINE or host.endswith(".localhost"):
        return "webhook_url_private"
    return None if _is_name(host) else "webhook_url_invalid"


def _problem_of_literal(host: str) -> str | None:
    try:
        IPv6Address(host)
    except ValueError:
        return "webhook_url_invalid"
    return None if "%" not in host and is_public(host) else "webhook_url_private"


def _problem_of_number(written: str, host: str) -> str | None:
    """What ends in a number is an address: four plain ones, or one that hides what it is."""
    try:
        IPv4Address(host)
    except ValueError:
        return "webhook_url_private"
    return None if written == host and is_public(host) else "webhook_url_private"


def _is_name(host: str) -> bool:
    try:
        name = host.encode("idna").decode("ascii")
    except UnicodeError:
        return False
    return len(name) <= _LONGEST_NAME and _NAME.match(name) is not None
