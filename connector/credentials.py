"""The Authorization header: what a caller presents, before anybody believes it.

Basic carries a tenant's id and its shared secret, Bearer a token that names the tenant.
"""

import base64
import binascii
from dataclasses import dataclass, field

from connector import tokens
from connector.tokens import Token, Untrusted
from engine.tenants.tenant import TENANT_ID

_LONGEST = tokens.LONGEST + len("Bearer ")


@dataclass(frozen=True, slots=True)
class Basic:
    """A tenant's id and the secret that goes with it, as presented."""

    tenant: str
    secret: str = field(repr=False)


def read(authorization: str, tenant_claims: frozenset[str]) -> Basic | Token:
    """What the header presents; raises `Untrusted` when it presents nothing readable."""
    if len(authorization) > _LONGEST or not authorization.isascii():
        raise Untrusted("the header is too long or not ASCII")
    scheme, _, rest = authorization.partition(" ")
    match scheme.lower():
        case "basic":
            return _basic(rest.strip(" "))
        case "bearer":
            return tokens.read(rest.strip(" "), tenant_claims)
        case _:
            raise Untrusted("neither Basic nor Bearer")


def _basic(encoded: str) -> Basic:
    try:
        decoded = base64.b64decode(encoded, validate=True)
        if base64.b64encode(decoded) != encoded.encode("ascii"):
            raise Untrusted("the Basic credentials are not base64")
        tenant, colon, secret = decoded.decode("utf-8").partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise Untrusted("the Basic credentials are not base64 of UTF-8") from None
    if not colon or not TENANT_ID.match(tenant):
        raise Untrusted("the Basic credentials name no tenant")
    return Basic(tenant, secret)
