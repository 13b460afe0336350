"""Users: people of a tenant who handle quotations under their own name.

Of a password only a digest is kept: scrypt with a salt of its own, its parameters beside it, so
that they can be raised while older digests still hold.
"""

import base64
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, field
from enum import StrEnum

USERNAME = re.compile(r"[A-Za-z0-9._@+-]{1,64}", re.ASCII)
SHORTEST_PASSWORD = 8
LONGEST_PASSWORD = 256
_SALT_BYTES = 16
_COST, _BLOCK, _LANES = 2**14, 8, 5
_MEMORY = 64 * 1024 * 1024


class Right(StrEnum):
    """What a user may do with the quotations it handles."""

    EDIT = "edit"
    PRINT = "print"
    FINALISE = "finalise"
    """bring them to their end: won, lost, ordered"""


EVERY_RIGHT = tuple(Right)


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """One user of a tenant.

    `number` is what other programs know it by. Who is privileged sees every quotation, others
    their own and those they handle.
    """

    id: str
    number: int
    username: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    digest: str = field(repr=False)
    rights: tuple[Right, ...] = EVERY_RIGHT
    is_privileged: bool = False
    disabled: bool = False

    @property
    def full_name(self) -> str:
        """First and last name; the username where neither is known."""
        return f"{self.first_name} {self.last_name}".strip() or self.username


@dataclass(frozen=True, slots=True, kw_only=True)
class UserSearch:
    """Which users to list: by patterns of their columns, sorted, one page of them.

    A `%` at either end of a pattern stands for anything; every other character for itself.
    """

    patterns: tuple[tuple[str, str], ...] = ()
    orders: tuple[tuple[str, bool], ...] = ()
    offset: int = 0
    size: int = 25


def digest_of(password: str) -> str:
    """What of a password is kept: parameters, salt and hash."""
    salt = secrets.token_bytes(_SALT_BYTES)
    made = _hash(password, salt, _COST, _BLOCK, _LANES)
    return f"scrypt${_COST}${_BLOCK}${_LANES}${_text(salt)}${_text(made)}"


def opens(password: str, digest: str) -> bool:
    """Whether `password` is the one of which `digest` was made."""
    _, cost, block, lanes, salt, kept = digest.split("$")
    made = _hash(password, base64.b64decode(salt), int(cost), int(block), int(lanes))
    return hmac.compare_digest(made, base64.b64decode(kept))


def new_password() -> str:
    """A password nobody can guess."""
    return secrets.token_urlsafe(18)


def is_fit(password: str) -> bool:
    """Whether `password` may be set: printable, and of 8 to 256 characters."""
    return password.isprintable() and SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD


def _hash(password: str, salt: bytes, cost: int, block: int, lanes: int) -> bytes:
    secret = password[:LONGEST_PASSWORD].encode("utf-8", "surrogatepass")
    return hashlib.scrypt(secret, salt=salt, n=cost, r=block, p=lanes, maxmem=_MEMORY, dklen=32)


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")
