"""Who calls: the Authorization header against what the tenant has agreed on.

The tenant's own mode decides which key checks its callers, never what they send. Whoever
names a tenant that does not exist, or uses the other mode, is checked against a *decoy*:
the same work is done and the same answer given as for a wrong secret.
"""

import hmac

from connector import credentials, tokens
from connector.context import Principal
from connector.credentials import Basic
from connector.proofs import LONGEST, Proof, Proofs
from connector.throttle import FailedSignIns
from connector.tokens import Expected, Key, Token, Untrusted
from engine.hub import Hub
from engine.kernel.clock import Clock
from engine.kernel.errors import Unavailable
from engine.ports.signing_keys import SigningKeys
from engine.tenants.secrets import KeyRing, Unsealable, new_secret
from engine.tenants.tenant import SignIn, Tenant

CHALLENGE = 'Bearer realm="quotewright", Basic realm="quotewright", charset="UTF-8"'
_MODES = {tokens.SHARED_SECRET: SignIn.SHARED_SECRET, tokens.ENVIRONMENT: SignIn.ENVIRONMENT}
_WRONG = "the credentials are not those of this tenant"


class Unauthenticated(Exception):
    """The caller proved nothing; `challenge` says what would, `reason` is for our own log."""

    def __init__(self, challenge: str, reason: str) -> None:
        super().__init__(reason)
        self.challenge = challenge
        self.reason = reason


class NotAllowed(Exception):
    """The credentials are right, and their tenant is not served at present."""


class TooManyFailures(Exception):
    """Sign-in failed too often for this tenant and address; `retry_after` is in seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"sign-in failed too often, wait {retry_after} seconds")
        self.retry_after = retry_after


class Authenticator:
    """Proves callers. Threads share it; a changed tenant or key counts at the next call.

    `audiences` and `issuers` are what tokens must say they are for and from, the former in
    any case of letters; `tenant_claims` are the claims that may name the tenant.
    """

    def __init__(  # noqa: PLR0913 (the composition root names every one)
        self,
        hub: Hub,
        keyring: KeyRing,
        keys: SigningKeys,
        *,
        audiences: frozenset[str],
        issuers: frozenset[str],
        clock: Clock,
        failures_per_minute: int = 30,
        tenant_claims: frozenset[str] = frozenset({tokens.TENANT}),
    ) -> None:
        self._hub = hub
        self._keyring = keyring
        self._keys = keys
        self._clock = clock
        self._expected = Expected(audiences, issuers)
        self._tenant_claims = tenant_claims
        self._failures = FailedSignIns(clock, failures_per_minute)
        self._proofs = Proofs()
        self._decoy = ("decoy", keyring.seal("decoy", new_secret()))
        self._decoy_key = tokens.decoy_key()

    def authenticate(self, presented: str | None, address: str, *, count: bool = True) -> Principal:
        """The proven caller at `address`, by the value of its Authorization header.

        `count` is False when this very request was asked about before: a failure then counts
        once. Raises `Unauthenticated`, `TooManyFailures`, `NotAllowed`, and `Unavailable`
        when the database or the signing keys are out of reach.
        """
        if presented is None:
            raise Unauthenticated(CHALLENGE, "the call carries no credentials")
        now = int(self._clock.now().timestamp())
        digest = self._proofs.digest(presented)
        tenant, proof = self._known(digest, now)
        if tenant is None or proof is None:
            tenant, proof = self._prove(presented, address, now, count=count)
            self._proofs.keep(digest, proof)
        if tenant.disabled:
            raise NotAllowed(f"{tenant.id} is disabled")
        return Principal(tenant.id, tenant.revision, proof.sign_in, proof.user)

    def recall(self, presented: str | None) -> Principal | None:
        """The caller, if this very header was proven before and nothing has changed since.

        Waits for nothing but one row of the database: None where anything else is needed.
        """
        if presented is None:
            return None
        now = int(self._clock.now().timestamp())
        tenant, proof = self._known(self._proofs.digest(presented), now)
        if tenant is None or proof is None or tenant.disabled:
            return None
        return Principal(tenant.id, tenant.revision, proof.sign_in, proof.user)

    def _known(self, digest: bytes, now: int) -> tuple[Tenant | None, Proof | None]:
        """The tenant and the proof of a header that was proven before, where it still holds."""
        proof = self._proofs.find(digest, now)
        if proof is None or (
            proof.keys_version is not None and proof.keys_version != self._keys.version
        ):
            return None, None
        tenant = self._hub.standing(proof.tenant)
        if tenant is None or tenant.credentials_version != proof.credentials_version:
            return None, None
        return tenant, proof

    def _prove(
        self, authorization: str, address: str, now: int, *, count: bool
    ) -> tuple[Tenant, Proof]:
        claimed = ""
        try:
            presented = credentials.read(authorization, self._tenant_claims)
            claimed = presented.tenant
            tenant = self._hub.standing(claimed)
            if isinstance(presented, Basic):
                return self._prove_basic(presented, tenant, now)
            return self._prove_token(presented, tenant, now)
        except Untrusted as untrusted:
            wait = self._failures.wait(claimed, address, count=count)
            if wait is not None:
                raise TooManyFailures(wait) from None
            raise Unauthenticated(CHALLENGE, str(untrusted)) from None

    def _prove_basic(
        self, presented: Basic, tenant: Tenant | None, now: int
    ) -> tuple[Tenant, Proof]:
        tenant = _in_mode(tenant, SignIn.SHARED_SECRET)
        is_right = hmac.compare_digest(self._secret(tenant), presented.secret.encode())
        if tenant is None or not is_right:
            raise Untrusted(_WRONG)
        version = tenant.credentials_version
        return tenant, Proof(tenant.id, version, None, now + LONGEST, "basic", None)

    def _prove_token(self, token: Token, tenant: Tenant | None, now: int) -> tuple[Tenant, Proof]:
        tenant = _in_mode(tenant, _MODES[token.algorithm])
        version = None
        key: Key | None
        if token.algorithm == tokens.SHARED_SECRET:
            key = self._secret(tenant)
        elif tenant is None:
            key = self._decoy_key
        else:
            version = self._keys.version  # before the key: a key that leaves meanwhile is noticed
            key = self._keys.find(token.kid)
        if key is None or not tokens.is_genuine(token, key) or tenant is None:
            raise Untrusted(_WRONG)
        ends_at = min(self._expected.check(token, now), now + LONGEST)
        proof = Proof(
            tenant.id, tenant.credentials_version, version, ends_at, token.algorithm, token.user
        )
        return tenant, proof

    def _secret(self, tenant: Tenant | None) -> bytes:
        """The tenant's secret, or the decoy's."""
        sealed = tenant.sealed_secret if tenant else None
        holder = (tenant.id, sealed) if tenant and sealed else self._decoy
        try:
            return self._keyring.open(*holder).encode()
        except Unsealable as error:
            raise Unavailable(f"the secret of {holder[0]} cannot be opened: {error}") from None


def _in_mode(tenant: Tenant | None, mode: SignIn) -> Tenant | None:
    return tenant if tenant is not None and tenant.sign_in is mode else None
