"""Who calls: an API key against the keys of its tenant.

In the demo a few keys are known to everybody, and whoever sends none is served as well.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field

from connector.context import Principal
from connector.proofs import LONGEST, Proof, Proofs
from connector.security import NotAllowed, TooManyFailures, Unauthenticated
from connector.throttle import FailedSignIns
from engine.hub import Hub
from engine.kernel.clock import Clock
from engine.tenants import api_key
from engine.tenants.tenant import Tenant

CHALLENGE = 'ApiKey realm="quotewright"'
_LONGEST = 300
_DECOY = api_key.digest_of("decoy")
_Claim = tuple[str, str, str | None]
"""A tenant, a key of it, and the one system the key is for."""


@dataclass(frozen=True, slots=True)
class PublicKeys:
    """Keys that everybody may know, by tenant; `anonymous` is served without any key."""

    tenants: Mapping[str, str] = field(default_factory=dict)
    anonymous: str | None = None


class KeyAuthenticator:
    """Proves callers by their API key. Threads share it; a revoked key is refused at once."""

    def __init__(
        self,
        hub: Hub,
        clock: Clock,
        *,
        failures_per_minute: int = 30,
        public: PublicKeys | None = None,
    ) -> None:
        self._hub = hub
        self._clock = clock
        self._public = public or PublicKeys()
        self._failures = FailedSignIns(clock, failures_per_minute)
        self._proofs = Proofs()

    def authenticate(self, presented: str | None, address: str) -> Principal:
        """The proven caller at `address`.

        Raises `Unauthenticated`, `TooManyFailures`, `NotAllowed`, and `Unavailable` when the
        database is out of reach.
        """
        known = self._known(presented)
        if known is not None:
            return _principal(*known)
        proven = self._prove(presented)
        if proven is None:
            claimed = api_key.parts(presented or "")
            wait = self._failures.wait(claimed[0] if claimed else "", address, count=True)
            if wait is not None:
                raise TooManyFailures(wait)
            raise Unauthenticated(CHALLENGE, "the key is missing or not valid")
        tenant, proof = proven
        self._proofs.keep(self._digest(presented), proof)
        if tenant.disabled:
            raise NotAllowed(f"{tenant.id} is disabled")
        return _principal(tenant, proof)

    def recall(self, presented: str | None) -> Principal | None:
        """The caller, if this key was proven before and nothing has changed since."""
        known = self._known(presented)
        return None if known is None else _principal(*known)

    def _known(self, presented: str | None) -> tuple[Tenant, Proof] | None:
        now = int(self._clock.now().timestamp())
        proof = self._proofs.find(self._digest(presented), now)
        tenant = None if proof is None else self._hub.standing(proof.tenant)
        if proof is None or tenant is None or tenant.disabled:
            return None
        holds = tenant.credentials_version == proof.credentials_version
        return (tenant, proof) if holds else None

    def _prove(self, presented: str | None) -> tuple[Tenant, Proof] | None:
        claimed = self._public_tenant(presented) or self._own_tenant(presented)
        tenant = None if claimed is None else self._hub.standing(claimed[0])
        if tenant is None or claimed is None:
            return None
        ends_at = int(self._clock.now().timestamp()) + LONGEST
        version = tenant.credentials_version
        who, system = claimed[1:]
        return tenant, Proof(tenant.id, version, None, ends_at, "api key", who, system)

    def _public_tenant(self, presented: str | None) -> _Claim | None:
        if presented is None:
            anonymous = self._public.anonymous
            return None if anonymous is None else (anonymous, "anonymous", None)
        tenant = self._public.tenants.get(presented)
        return None if tenant is None else (tenant, presented, None)

    def _own_tenant(self, presented: str | None) -> _Claim | None:
        read = api_key.parts(presented or "") if len(presented or "") <= _LONGEST else None
        if read is None:
            return None
        tenant, key_id, secret = read
        key = self._hub.api_key(tenant, key_id)
        if key is None:  # as much work as for a wrong secret
            hmac.compare_digest(_DECOY, api_key.digest_of(secret))
            return None
        return (tenant, key_id, key.system) if key.is_opened_by(secret) else None

    def _digest(self, presented: str | None) -> bytes:
        return self._proofs.digest("\0" if presented is None else presented)


def _principal(tenant: Tenant, proof: Proof) -> Principal:
    return Principal(
        tenant.id,
        tenant.revision,
        proof.sign_in,
        proof.user,
        proof.system,
        is_privileged=proof.system is None,
    )
