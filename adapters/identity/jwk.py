"""JSON Web Keys: the public keys of a key set that RS256 signatures are checked with."""

import base64
import binascii
import json
import re

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers

FEWEST_BITS = 2048
MOST_BITS = 8192
"""Larger keys cost the time of the machine that checks with them."""

_BASE64URL = re.compile(r"[A-Za-z0-9_-]+\Z", re.ASCII)


def key_set(document: bytes) -> dict[str, RSAPublicKey]:
    """The usable keys of a key set by their `kid`; of two with one name the first counts.

    Usable: RSA of 2048 to 8192 bits, named, meant for RS256 signatures or for nothing in
    particular. Others are left out. ValueError when the document is no key set at all.
    """
    usable: dict[str, RSAPublicKey] = {}
    for key in _keys(document):
        if isinstance(key, dict) and _is_meant_for_signatures(key):
            public = _public_key(key)
            if public is not None:
                usable.setdefault(key["kid"], public)
    return usable


def _keys(document: bytes) -> list[object]:
    try:
        read = json.loads(document)
    except RecursionError:
        raise ValueError("a key set is not nested that deep") from None
    match read:
        case {"keys": list(keys)}:
            return keys
        case _:
            raise ValueError("a key set is an object with a list of keys")


def _is_meant_for_signatures(key: dict[str, object]) -> bool:
    return (
        key.get("kty") == "RSA"
        and isinstance(key.get("kid"), str)
        and key.get("kid") != ""
        and key.get("use", "sig") == "sig"
        and key.get("alg", "RS256") == "RS256"
    )


def _public_key(key: dict[str, object]) -> RSAPublicKey | None:
    try:
        modulus, exponent = _number(key.get("n")), _number(key.get("e"))
        if not FEWEST_BITS <= modulus.bit_length() <= MOST_BITS:
            return None
        return RSAPublicNumbers(exponent, modulus).public_key()
    except ValueError:
        return None


def _number(text: object) -> int:
    """An unsigned number of any size in base64url; ValueError when it is none."""
    if not isinstance(text, str) or not _BASE64URL.match(text):
        raise ValueError("not base64url")
    try:
        return int.from_bytes(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), "big")
    except binascii.Error as error:
        raise ValueError("not base64url") from error
