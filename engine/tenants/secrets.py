"""Shared secrets: how they are made, and how they lie in the database.

A *sealed* secret is encrypted and bound to its tenant: the tenant's id lies inside the
sealed text, so that a seal copied to another tenant's row does not open. A *key ring*
holds the keys of the hub: the first seals, every one opens, so keys can be exchanged
while the hub is in use.
"""

import base64
import binascii
import secrets
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

SHORTEST = 32
"""Bytes a shared secret has at least: HS256 must not be keyed with less."""

_LONGEST = 512
_KEY_BYTES = 32
_SEPARATOR = "\n"


class Unsealable(Exception):
    """No key of the ring opens this seal, or it was made for another tenant."""


class KeyRing:
    """The keys that seal and open shared secrets; it never shows them."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        """Hold `keys`, the sealing one first; ValueError unless each has 32 bytes."""
        if not keys or any(len(key) != _KEY_BYTES for key in keys):
            raise ValueError(f"a key ring takes one or more keys of {_KEY_BYTES} bytes")
        rings = [Fernet(base64.urlsafe_b64encode(key)) for key in keys]
        self._first = rings[0]
        self._all = MultiFernet(rings)

    @classmethod
    def read(cls, text: str) -> "KeyRing":
        """The ring written as base64 keys separated by commas, the sealing one first.

        Both base64 alphabets are understood; ValueError says which key is wrong, not what it is.
        """
        return cls([_key(part, place) for place, part in enumerate(text.split(","), start=1)])

    def seal(self, tenant_id: str, secret: str) -> str:
        """`secret` as it may be stored, bound to the tenant."""
        return self._first.encrypt(f"{tenant_id}{_SEPARATOR}{secret}".encode()).decode("ascii")

    def open(self, tenant_id: str, sealed: str) -> str:
        """The secret in `sealed`; raises `Unsealable`."""
        try:
            plain = self._all.decrypt(sealed.encode()).decode()
        except InvalidToken:
            raise Unsealable("no key of the ring opens the seal") from None
        owner, _, secret = plain.partition(_SEPARATOR)
        if owner != tenant_id:
            raise Unsealable("the seal was made for another tenant")
        return secret

    def is_current(self, sealed: str) -> bool:
        """Whether the first key made this seal, so that the other keys are not needed for it."""
        try:
            self._first.decrypt(sealed.encode())
        except InvalidToken:
            return False
        return True


def new_key() -> str:
    """A new random key for a ring, in base64."""
    return base64.urlsafe_b64encode(secrets.token_bytes(_KEY_BYTES)).decode("ascii")


def new_secret() -> str:
    """A new shared secret: 256 random bits in letters that are safe in addresses."""
    return secrets.token_urlsafe(32)


def is_fit(secret: str) -> bool:
    """Whether `secret` may be set: printable, and of 32 to 512 bytes in UTF-8."""
    return secret.isprintable() and SHORTEST <= len(secret.encode()) <= _LONGEST


def _key(text: str, place: int) -> bytes:
    letters = text.strip().rstrip("=").replace("+", "-").replace("/", "_")
    try:
        key = base64.b64decode(letters + "=" * (-len(letters) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != _KEY_BYTES:
        raise ValueError(f"key {place} of the ring is not {_KEY_BYTES} bytes of base64")
    return key
