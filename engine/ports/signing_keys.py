"""The public keys that CRM environments sign their tokens with."""

from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey


class SigningKeys(Protocol):
    """A rotating set of RS256 public keys.

    `version` changes whenever a key may have left or joined the set: an answer that was
    found with an older version has to be found anew.
    """

    @property
    def version(self) -> int: ...

    def find(self, kid: str) -> RSAPublicKey | None:
        """The key called `kid`, or None; reads the sources again when it is unknown.

        Raises `Unavailable` when no source could ever be read.
        """
        ...
