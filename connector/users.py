"""Who calls: a user of a tenant, by the name `TENANT/username` and a password.

Whoever names a user that does not exist is checked against a *decoy*: the same work is done and
the same answer given as for a wrong password. What nobody can be let in with, whoever it is, is
refused without that work.
"""

import base64
import binascii
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import cache
from threading import Lock

from connector.context import Principal
from connector.proofs import LONGEST, Proof, Proofs
from connector.security import NotAllowed, TooManyFailures, Unauthenticated
from connector.throttle import FailedSignIns
from connector.turns import Turns
from engine.hub import Hub
from engine.kernel.clock import Clock
from engine.tenants import user
from engine.tenants.tenant import TENANT_ID, Tenant
from engine.tenants.user import USERNAME, User

CHALLENGE = 'ApiKey realm="quotewright", Basic realm="quotewright", charset="UTF-8"'
_LONGEST = 2_000
"""More than the longest name and password come to."""
_SEPARATORS = ("/", "\\")
_ANYBODY = ""
"""Whoever it is that fails: failures of one address are counted together too."""


@dataclass(frozen=True, slots=True)
class _Claim:
    """A user as presented, before anybody believes it."""

    tenant: str = ""
    username: str = ""
    password: str = field(default="", repr=False)


_Known = tuple[Tenant, Proof]
"""Who presents credentials, and until when that holds."""


@cache
def _decoy() -> str:
    return user.digest_of(user.new_password())


def _turns() -> Turns:
    """Checking a password takes a processor and some memory for long: not every thread does it."""
    return Turns(at_once=2, waiting=6, seconds=2)


class UserAuthenticator:
    """Proves users by their passwords. Threads share it; a changed user counts at once.

    A password takes long to check, so it is checked once in ten minutes, not at all where too
    many were wrong a moment ago, and in `turns`.
    """

    def __init__(
        self, hub: Hub, clock: Clock, *, failures_per_minute: int = 30, turns: Turns | None = None
    ) -> None:
        self._hub = hub
        self._clock = clock
        self._failures = FailedSignIns(clock, failures_per_minute)
        self._of_address = FailedSignIns(clock, 2 * failures_per_minute)
        self._proofs = Proofs()
        self._turns = turns or _turns()
        self._lock = Lock()
        self._proving: dict[bytes, Future[_Known]] = {}

    def authenticate(self, presented: str | None, address: str) -> Principal:
        """The proven user at `address`, by the value of its Authorization header.

        Raises `Unauthenticated`, `TooManyFailures`, `NotAllowed`, and `Unavailable` when the
        database is out of reach or too many passwords are being checked.
        """
        if presented is None:
            raise Unauthenticated(CHALLENGE, "the call carries no credentials")
        tenant, proof = self._known(presented) or self._proven(presented, address)
        if tenant.disabled:
            raise NotAllowed(f"{tenant.id} is disabled")
        return _principal(tenant, proof)

    def recall(self, presented: str | None) -> Principal | None:
        """The user, if this header was proven before and nothing has changed since."""
        known = None if presented is None else self._known(presented)
        return None if known is None or known[0].disabled else _principal(*known)

    def _proven(self, presented: str, address: str) -> _Known:
        """The user by its password; those who present the same at once share one check."""
        digest = self._proofs.digest(presented)
        with self._lock:
            shared = self._proving.get(digest)
            mine = self._proving.setdefault(digest, Future())
        if shared is not None:
            return self._shared(shared, presented, address)
        try:
            known = self._prove(presented, address)
            self._proofs.keep(digest, known[1])
            mine.set_result(known)
        except BaseException as error:
            mine.set_exception(error)
            raise
        else:
            return known
        finally:
            with self._lock:
                del self._proving[digest]

    def _shared(self, shared: Future[_Known], presented: str, address: str) -> _Known:
        """What somebody else finds out about the same credentials; a failure counts here too."""
        try:
            return shared.result()
        except Unauthenticated:
            raise self._refused(_claim(presented), address) from None

    def _known(self, presented: str) -> _Known | None:
        now = int(self._clock.now().timestamp())
        proof = self._proofs.find(self._proofs.digest(presented), now)
        tenant = None if proof is None else self._hub.standing(proof.tenant)
        if proof is None or tenant is None:
            return None
        holds = tenant.credentials_version == proof.credentials_version
        return (tenant, proof) if holds else None

    def _prove(self, presented: str, address: str) -> _Known:
        claim = _claim(presented)
        self._refuse_often(claim.tenant, address, count=False)
        if not user.is_fit(claim.password):  # whoever it is: nobody has a password like that
            raise self._refused(claim, address)
        tenant = self._hub.standing(claim.tenant)  # before the user: what changes is noticed
        found = None if tenant is None else self._hub.user(tenant.id, claim.username)
        with self._turns.turn():
            is_right = user.opens(claim.password, _decoy() if found is None else found.digest)
        if tenant is None or found is None or not is_right or found.disabled:
            raise self._refused(claim, address)
        return tenant, self._proof(tenant, found)

    def _proof(self, tenant: Tenant, found: User) -> Proof:
        return Proof(
            tenant.id,
            tenant.credentials_version,
            None,
            int(self._clock.now().timestamp()) + LONGEST,
            "user",
            found.username,
            member=found.number,
            is_privileged=found.is_privileged,
        )

    def _refused(self, claim: _Claim, address: str) -> Unauthenticated:
        self._refuse_often(claim.tenant, address, count=True)
        return Unauthenticated(CHALLENGE, "the user or the password is not right")

    def _refuse_often(self, tenant: str, address: str, *, count: bool) -> None:
        of_all = self._of_address.wait(_ANYBODY, address, count=count)  # whatever is claimed
        wait = self._failures.wait(tenant, address, count=count) or of_all
        if wait is not None:
            raise TooManyFailures(wait)


def _claim(presented: str) -> _Claim:
    """The user a header names; nobody, without a password, where it cannot be read."""
    scheme, _, encoded = presented.partition(" ")
    if scheme.lower() != "basic" or len(presented) > _LONGEST:
        return _Claim()
    try:
        decoded = base64.b64decode(encoded.strip(" "), validate=True).decode("utf-8")
    except (binascii.Error, UnicodeError, ValueError):
        return _Claim()
    name, _, password = decoded.partition(":")
    for separator in _SEPARATORS:
        tenant, found, username = name.partition(separator)
        if found and TENANT_ID.match(tenant) and USERNAME.fullmatch(username):
            return _Claim(tenant, username, password)
    return _Claim()


def _principal(tenant: Tenant, proof: Proof) -> Principal:
    return Principal(
        tenant.id,
        tenant.revision,
        proof.sign_in,
        proof.user,
        member=proof.member,
        is_privileged=proof.is_privileged,
    )
