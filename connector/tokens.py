"""Bearer tokens: JSON Web Tokens signed with a tenant's secret or by the CRM's environment.

Nothing in a token is believed before its signature was checked, except for one thing: which
tenant it claims to speak for, since that decides which key checks it.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers
from jwt import PyJWS
from jwt.exceptions import PyJWTError
from jwt.utils import base64url_decode

from connector import json_body
from engine.tenants.tenant import TENANT_ID

LONGEST = 8192
"""Letters a token has at most: reading costs time before any key is used."""
LEEWAY = 60
"""Seconds by which the clocks of signer and hub may differ."""
TENANT = "http://schemes.superoffice.net/identity/ctx"
"""The claim that names the tenant, unless other names are configured."""
SHARED_SECRET = "HS256"  # noqa: S105 (an algorithm, not a secret)
ENVIRONMENT = "RS256"
Key = bytes | RSAPublicKey
"""A shared secret, or an environment's public key."""

_USER = "http://schemes.superoffice.net/identity/associateid"
_LONGEST_USER = 64
_HEADER_MEMBERS = frozenset({"alg", "typ", "kid", "x5t"})
_TYPES = frozenset({"jwt", "at+jwt"})
_END_OF_TIME = 253_402_300_800
_LONGEST_INSTANT = 12
_SIGNATURES = PyJWS(
    algorithms=[SHARED_SECRET, ENVIRONMENT], options={"enforce_minimum_key_length": True}
)


class Untrusted(Exception):
    """The credentials prove nothing; the message says why and repeats nothing of them."""


@dataclass(frozen=True, slots=True)
class Token:
    """A token that was read, not yet checked. Claims can hold secrets, so they are not shown."""

    text: str = field(repr=False)
    algorithm: str
    kid: str
    tenant: str
    claims: Mapping[str, object] = field(repr=False)

    @property
    def user(self) -> str | None:
        """The CRM's id of the person the token speaks for."""
        user = self.claims.get(_USER)
        fit = isinstance(user, str) and 0 < len(user) <= _LONGEST_USER and user.isprintable()
        return user if isinstance(user, str) and fit else None


@dataclass(frozen=True, slots=True)
class Expected:
    """What genuine tokens say about where they come from and whom they are for."""

    audiences: frozenset[str]
    issuers: frozenset[str]

    def check(self, token: Token, now: int) -> int:
        """The second the token ends; raises `Untrusted` when it is not for us, or not now.

        An environment's token must name issuer and audience. One signed with the shared secret
        may leave them out: nobody but the tenant's two sides has that key.
        """
        claims = token.claims
        required = token.algorithm == ENVIRONMENT
        if (required or "iss" in claims) and not self._is_known(claims.get("iss")):
            raise Untrusted("the token comes from another issuer")
        if (required or "aud" in claims) and not self._is_addressed(claims.get("aud")):
            raise Untrusted("the token is meant for somebody else")
        return _valid_until(claims, now)

    def _is_known(self, issuer: object) -> bool:
        return isinstance(issuer, str) and issuer in self.issuers

    def _is_addressed(self, audience: object) -> bool:
        named = audience if isinstance(audience, list) else [audience]
        ours = {name.casefold() for name in self.audiences}
        return any(isinstance(name, str) and name.casefold() in ours for name in named)


def read(text: str, tenant_claims: frozenset[str]) -> Token:
    """The token written in `text`; raises `Untrusted` when it is none, or names no tenant."""
    if len(text) > LONGEST:
        raise Untrusted("the token is too long")
    try:
        payload = _SIGNATURES.decode_complete(text, options={"verify_signature": False})["payload"]
        header = json_body.parse(base64url_decode(text.partition(".")[0]))
        claims = json_body.parse(payload)
    except (PyJWTError, json_body.Malformed):
        raise Untrusted("the token cannot be read") from None
    algorithm, kid = header.get("alg"), header.get("kid", "")
    if not header.keys() <= _HEADER_MEMBERS or not isinstance(kid, str):
        raise Untrusted("the token's header says more than it may")
    if str(header.get("typ", "JWT")).lower() not in _TYPES:
        raise Untrusted("the token is of another type")
    if not isinstance(algorithm, str) or algorithm not in {SHARED_SECRET, ENVIRONMENT}:
        raise Untrusted("the token is signed in another way")
    return Token(text, algorithm, kid, _tenant(claims, tenant_claims), claims)


def is_genuine(token: Token, key: Key) -> bool:
    """Whether `key`, a secret for HS256 and a public key for RS256, belongs to the signature."""
    if isinstance(key, bytes) is not (token.algorithm == SHARED_SECRET):
        return False
    try:
        _SIGNATURES.decode(token.text, key, algorithms=[token.algorithm])
    except PyJWTError:
        return False
    return True


def decoy_key() -> RSAPublicKey:
    """A key nobody signs with; checking with it costs what checking with a real one does."""
    return RSAPublicNumbers(65_537, secrets.randbits(2048) | 1 << 2047 | 1).public_key()


def _tenant(claims: Mapping[str, object], names: frozenset[str]) -> str:
    named = [claims[name] for name in names if name in claims]
    tenant = named[0] if named else None
    if not isinstance(tenant, str) or not TENANT_ID.match(tenant):
        raise Untrusted("the token names no tenant")
    if any(name != tenant for name in named):
        raise Untrusted("the token names two tenants")
    return tenant


def _valid_until(claims: Mapping[str, object], now: int) -> int:
    exp = claims.get("exp")
    if type(exp) not in {int, Decimal} or not isinstance(exp, int | Decimal):
        raise Untrusted("the token does not say when it ends")
    if not now - LEEWAY < exp < _END_OF_TIME:
        raise Untrusted("the token has expired")
    if "nbf" in claims and not _has_begun(claims["nbf"], now, otherwise=False):
        raise Untrusted("the token is not valid yet")
    # SuperOffice writes `iat` as text; one that is no number of seconds says nothing to us.
    if "iat" in claims and not _has_begun(claims["iat"], now, otherwise=True):
        raise Untrusted("the token was made in the future")
    return int(exp)


def _has_begun(instant: object, now: int, *, otherwise: bool) -> bool:
    """Whether `instant`, in seconds as number or digits, is past; `otherwise` for what is none."""
    if isinstance(instant, str) and instant.isascii() and instant.isdecimal():
        instant = int(instant[:_LONGEST_INSTANT])
    if type(instant) in {int, Decimal} and isinstance(instant, int | Decimal):
        return instant <= now + LEEWAY
    return otherwise
