"""What callers present: headers and tokens, right or wrong, made from real keys."""

import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from adapters.identity.jwks import JsonWebKeySets
from connector import tokens
from connector.security import Authenticator
from engine.hub import Hub
from engine.services import tenancy
from engine.tenants.secrets import KeyRing
from engine.tenants.tenant import SignIn

RING = KeyRing([bytes(32)])
SECRET = "shared:secret-0123456789abcdef-blåbær"
OTHER_SECRET = "another-secret-0123456789abcdef-xyz"
K1, K2 = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
NOW = int(NOON.timestamp())
ASSOCIATE = "http://schemes.superoffice.net/identity/associateid"
AUDIENCES = frozenset({"quotewright-demo", "spn:quotewright-demo"})
ISSUERS = frozenset({"SuperOffice AS", "https://online.superoffice.com"})


def furnish(hub: Hub) -> None:
    """Cust1 and Cust2 with shared secrets; Env1 and Env2 sign in through their environment."""
    with hub.administration() as administration:
        for tenant_id, secret in (("Cust1", SECRET), ("Cust2", OTHER_SECRET)):
            tenancy.create_tenant(
                administration, tenant_id, SignIn.SHARED_SECRET, RING, secret=secret
            )
        for tenant_id in ("Env1", "Env2"):
            tenancy.create_tenant(administration, tenant_id, SignIn.ENVIRONMENT, RING)


def a_doorman(
    hub: Hub, key_file: Path, *, failures_per_minute: int = 30, keyring: KeyRing = RING
) -> Authenticator:
    return Authenticator(
        hub,
        keyring,
        JsonWebKeySets.of(str(key_file)),
        audiences=AUDIENCES,
        issuers=ISSUERS,
        clock=hub.clock,
        failures_per_minute=failures_per_minute,
    )


def key_set(**keys: rsa.RSAPrivateKey) -> str:
    """A key set of the public halves of `keys`, by their kid."""
    documents = [
        jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key(), as_dict=True) | {"kid": kid}
        for kid, key in keys.items()
    ]
    return json.dumps({"keys": documents})


def claims(tenant: str = "Cust1", /, **changes: object) -> dict[str, object]:
    """The claims of a usual token, changed; None takes a claim away."""
    usual: dict[str, object] = {
        tokens.TENANT: tenant,
        ASSOCIATE: "17",
        "iss": "SuperOffice AS",
        "aud": "spn:quotewright-demo",
        "iat": str(NOW),
        "nbf": NOW - 60,
        "exp": NOW + 300,
    }
    return {name: value for name, value in (usual | changes).items() if value is not None}


def basic(tenant: str = "Cust1", secret: str = SECRET) -> str:
    return "Basic " + base64.b64encode(f"{tenant}:{secret}".encode()).decode()


def hs256(tenant: str = "Cust1", secret: str = SECRET, **changes: object) -> str:
    """A bearer header signed with a shared secret."""
    return "Bearer " + _signed(claims(tenant, **changes), secret.encode(), "HS256", {})


def rs256(
    tenant: str = "Env1", key: rsa.RSAPrivateKey = K1, kid: str | None = "k1", **changes: object
) -> str:
    """A bearer header signed by an environment."""
    header: dict[str, object] = {"kid": kid} if kid else {}
    return "Bearer " + _signed(claims(tenant, **changes), key, "RS256", header)


def segment(value: object) -> str:
    """A token's segment: `value` as JSON, or the very bytes, in base64url."""
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _signed(
    payload: Mapping[str, object],
    key: bytes | rsa.RSAPrivateKey,
    algorithm: str,
    header: dict[str, object],
) -> str:
    return jwt.PyJWS().encode(json.dumps(payload).encode(), key, algorithm, header)
