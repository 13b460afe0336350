"""Signatures as Standard Webhooks 1.0 has them, made and checked.

What is signed is `id.timestamp.body`, the exact bytes, with HMAC-SHA256. A header may carry
several signatures with spaces between them: while a secret is exchanged, one for each.
"""

import base64
import binascii
import hashlib
import hmac
import re
import secrets as randomness
from collections.abc import Iterable

TOLERANCE = 300
"""Seconds by which the sender's clock may differ from ours."""
PREFIX = "whsec_"
"""What stands before a secret that is written in base64."""

_KEY_BYTES = 32
_FIT = range(24, 65)
_SCHEME = "v1"
_MOST_SIGNATURES = 16
_LONGEST_ID = 255
_TIMESTAMP = re.compile(r"[0-9]{1,11}\Z", re.ASCII)


def new_secret() -> str:
    """A new secret: 256 random bits, in base64 after the prefix."""
    return PREFIX + base64.b64encode(randomness.token_bytes(_KEY_BYTES)).decode("ascii")


def key_of(secret: str) -> bytes:
    """The bytes a secret stands for: base64 after the prefix, otherwise its own in UTF-8.

    ValueError where what follows the prefix is no base64.
    """
    if not secret.startswith(PREFIX):
        return secret.encode()
    try:
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        raise ValueError("the secret is no base64") from None


def is_fit(secret: str) -> bool:
    """Whether a secret may sign: 24 to 64 bytes, and printable."""
    try:
        return secret.isprintable() and len(key_of(secret)) in _FIT
    except ValueError:
        return False


def sign(message_id: str, timestamp: int, body: bytes, secrets: Iterable[str]) -> str:
    """The signature header of a message: one signature for each secret."""
    return " ".join(
        f"{_SCHEME},{_signed(message_id, str(timestamp), body, key_of(each))}" for each in secrets
    )


def headers(message_id: str, timestamp: int, body: bytes, secrets: Iterable[str]) -> dict[str, str]:
    """The three headers a message is sent with."""
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": sign(message_id, timestamp, body, secrets),
    }


def is_genuine(  # noqa: PLR0913 (three headers, and what they are held against)
    *,
    message_id: str,
    timestamp: str,
    signature: str,
    body: bytes,
    secrets: Iterable[str],
    now: int,
) -> bool:
    """Whether one of `secrets` signed this message within the tolerance around `now`."""
    if not 0 < len(message_id) <= _LONGEST_ID or not _TIMESTAMP.match(timestamp):
        return False
    if abs(now - int(timestamp)) > TOLERANCE:
        return False
    given = [
        value.encode()
        for scheme, _, value in (each.partition(",") for each in signature.split(" "))
        if scheme == _SCHEME
    ]
    rights = [_signed(message_id, timestamp, body, key_of(each)).encode() for each in secrets]
    # Every one is compared, so that the time taken does not tell which was close.
    matches = [
        hmac.compare_digest(right, one) for right in rights for one in given[:_MOST_SIGNATURES]
    ]
    return any(matches)


def _signed(message_id: str, timestamp: str, body: bytes, key: bytes) -> str:
    said = f"{message_id}.{timestamp}.".encode() + body
    return base64.b64encode(hmac.digest(key, said, hashlib.sha256)).decode("ascii")
