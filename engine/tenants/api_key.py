"""API keys: what a program presents to speak for a tenant.

A key reads `id.secret`. The id begins with the tenant's, so it alone tells whose key it is;
of the secret only a digest is kept. A secret has 256 random bits, so a plain fast digest
cannot be guessed backwards.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

_ID_BYTES = 5
_SECRET_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """One key of a tenant, without its secret.

    With a `system` it is that fulfilment system's alone: it reads orders and reports how far
    that system is with them, and nobody else may report for it.
    """

    id: str
    tenant: str
    name: str
    digest: str = field(repr=False)
    created_at: datetime
    revoked_at: datetime | None = None
    system: str | None = None

    def is_opened_by(self, secret: str) -> bool:
        """Whether `secret` is this key's, and the key still holds."""
        right = hmac.compare_digest(self.digest, digest_of(secret))
        return right and self.revoked_at is None


class NewKey(NamedTuple):
    """A key just made, and the text that is shown once."""

    key: ApiKey
    text: str

    def __repr__(self) -> str:
        return f"NewKey(id={self.key.id!r})"


def new_key(tenant: str, name: str, now: datetime, system: str | None = None) -> NewKey:
    """A new key of `tenant`, for one of its fulfilment systems alone if one is named."""
    key_id, secret = (
        f"{tenant}-{secrets.token_hex(_ID_BYTES)}",
        secrets.token_urlsafe(_SECRET_BYTES),
    )
    key = ApiKey(
        id=key_id,
        tenant=tenant,
        name=name,
        digest=digest_of(secret),
        created_at=now,
        system=system,
    )
    return NewKey(key, f"{key_id}.{secret}")


def digest_of(secret: str) -> str:
    """What of a secret is kept."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def parts(text: str) -> tuple[str, str, str] | None:
    """The tenant, the id and the secret of a key as presented; None when it reads otherwise."""
    key_id, dot, secret = text.partition(".")
    tenant, dash, _ = key_id.rpartition("-")
    return (tenant, key_id, secret) if dot and dash and tenant and secret else None
