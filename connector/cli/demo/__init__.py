"""The demo tenants: two companies whose catalogues lie beside this file, as data."""

from pathlib import Path

from connector.files import reading
from engine.hub import Hub
from engine.services import tenancy
from engine.services.importing import import_catalogue
from engine.tenants.secrets import KeyRing
from engine.tenants.tenant import SignIn

TENANTS = {
    "CustDemo": ("Varnholt Vacuum Works", "demo-shared-secret-0123456789abcdef"),
    "CustOther": ("Northgate Machine Trade", "other-shared-secret-0123456789abcdef"),
}
"""Name and shared secret by tenant id; everybody may know these secrets."""

KEYS = {"demo-key": "CustDemo", "other-key": "CustOther"}
"""API keys that everybody may know, and whose they are."""
ANONYMOUS = "CustDemo"
"""Whom the demo serves when no key is sent."""

_HERE = Path(__file__).parent


def seed(hub: Hub, keyring: KeyRing) -> tuple[str, ...]:
    """Create the demo tenants that are missing, and fill the empty ones; the ids it touched.

    A demo tenant that has products is left as it is.
    """
    return tuple(
        tenant_id
        for tenant_id, (name, secret) in TENANTS.items()
        if _seeded(hub, keyring, tenant_id, name, secret)
    )


def _seeded(hub: Hub, keyring: KeyRing, tenant_id: str, name: str, secret: str) -> bool:
    if hub.standing(tenant_id) is None:
        with hub.administration() as administration:
            tenancy.create_tenant(
                administration, tenant_id, SignIn.SHARED_SECRET, keyring, name=name, secret=secret
            )
    with hub.unit_of_work(tenant_id) as uow:
        if uow.catalogues.load().products:
            return False
        import_catalogue(uow, reading.read_path(_HERE / f"{tenant_id}.json"))
    return True
