"""Signing connections: whose callbacks a tenant believes, and by which secrets.

A connection has a *token*, which stands in the address a provider is given: 256 random bits,
of which a digest is kept. Its secrets are sealed; while one is exchanged there are two.
"""

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

_TOKEN_BYTES = 32
_LONGEST_TOKEN = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningConnection:
    """One provider of a tenant.

    `access` is what the provider is asked with, sealed too, and `api` where, if not at its
    usual address; without `access` nothing is asked.
    """

    id: str
    tenant: str
    provider: str
    digest: str = field(repr=False)
    sealed: tuple[str, ...] = field(repr=False)
    created_at: datetime
    access: str | None = field(default=None, repr=False)
    api: str = ""


class NewConnection(NamedTuple):
    """A connection just made or changed, with what is shown once."""

    connection: SigningConnection
    token: str | None
    secret: str | None

    def __repr__(self) -> str:
        return f"NewConnection(id={self.connection.id!r})"


def new_token() -> str:
    """A token nobody can guess, in letters that are safe in addresses."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


def digest_of(token: str) -> str:
    """What of a token is kept."""
    return hashlib.sha256(token[:_LONGEST_TOKEN].encode("utf-8", "surrogatepass")).hexdigest()
