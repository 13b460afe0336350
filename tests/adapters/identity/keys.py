"""Key sets and a timer for the tests of signing keys."""

import base64

from cryptography.hazmat.primitives.asymmetric import rsa

FIRST, SECOND, THIRD = (
    rsa.generate_private_key(public_exponent=65537, key_size=2048).public_key() for _ in range(3)
)
URL = "https://online.superoffice.com/login/.well-known/jwks"
OTHER_URL = "https://qaonline.superoffice.com/login/.well-known/jwks"


def number(value: int) -> str:
    """An unsigned number as key sets write it."""
    raw = value.to_bytes((value.bit_length() + 7) // 8, "big")
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def key_set(**keys: rsa.RSAPublicKey) -> dict[str, object]:
    """A key set of `keys` by their kid."""
    return {
        "keys": [
            {
                "kty": "RSA",
                "kid": kid,
                "n": number(key.public_numbers().n),
                "e": number(key.public_numbers().e),
            }
            for kid, key in keys.items()
        ]
    }


class HandTimer:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds
