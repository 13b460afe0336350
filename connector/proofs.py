"""Proofs: credentials that were checked before and need no second check for a while.

A proof holds as long as nothing it rests on has changed: the tenant's credentials, the
environment's keys, the time the token gives itself, and never more than ten minutes.
"""

import hashlib
import secrets
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

LONGEST = 600
"""Seconds a proof holds at most."""

_MOST = 4096


@dataclass(frozen=True, slots=True)
class Proof:
    """What was found out about one header, and what it rests on.

    `keys_version` is None where no key of an environment was used; `expires_at` is in
    seconds since 1970.
    """

    tenant: str
    credentials_version: int
    keys_version: int | None
    expires_at: int
    sign_in: str
    user: str | None
    system: str | None = None
    member: int | None = None
    is_privileged: bool = False


class Proofs:
    """The proofs of recent headers, found by a digest only this process can make."""

    def __init__(self) -> None:
        self._pepper = secrets.token_bytes(32)
        self._lock = Lock()
        self._kept: OrderedDict[bytes, Proof] = OrderedDict()

    def digest(self, authorization: str) -> bytes:
        """What the proof for this header is kept under; the header itself is not kept."""
        header = authorization.encode("utf-8", "surrogatepass")
        return hashlib.blake2b(header, key=self._pepper, digest_size=32).digest()

    def find(self, digest: bytes, now: int) -> Proof | None:
        """The proof kept under `digest`, while its time is not over."""
        with self._lock:
            proof = self._kept.get(digest)
            if proof is None:
                return None
            if now >= proof.expires_at:
                del self._kept[digest]
                return None
            self._kept.move_to_end(digest)
            return proof

    def keep(self, digest: bytes, proof: Proof) -> None:
        """Keep a proof; the one that was not asked for longest gives way."""
        with self._lock:
            self._kept[digest] = proof
            self._kept.move_to_end(digest)
            if len(self._kept) > _MOST:
                self._kept.popitem(last=False)
