"""A tenant: one company that sells through this hub, alone with its data."""

import re
from dataclasses import dataclass
from enum import StrEnum

TENANT_ID = re.compile(r"[A-Za-z0-9_-]{1,64}\Z", re.ASCII)


class SignIn(StrEnum):
    """How callers of a tenant prove who they are; set here, never by a token's header."""

    SHARED_SECRET = "shared_secret"  # noqa: S105 (a mode, not a secret)
    """Basic with tenant and secret, or a bearer signed HS256 with the secret."""
    ENVIRONMENT = "environment"
    """A bearer signed RS256 by the CRM's environment; there is no secret."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenant:
    """One tenant.

    `sealed_secret` is the shared secret, encrypted; None in ENVIRONMENT mode.
    `credentials_version` grows with every change of mode, secret or `disabled`;
    `revision` grows with every change of anything an answer depends on.
    """

    id: str
    name: str = ""
    sign_in: SignIn = SignIn.SHARED_SECRET
    sealed_secret: str | None = None
    disabled: bool = False
    credentials_version: int = 1
    revision: int = 1
