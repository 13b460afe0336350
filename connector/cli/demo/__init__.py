"""The demo tenants: two companies whose catalogues lie beside this file, as data."""

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path

from connector.cli.demo.contracts import CONTRACTS
from connector.files import reading
from engine.catalog.intake import Kind, Upload
from engine.hub import Hub
from engine.proposals.signature import Provider
from engine.services import signing_connections, staffing, tenancy
from engine.services.adopting import adopt
from engine.services.importing import follow_up, import_catalogue
from engine.services.staffing import NewUser
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

USERS = {
    "CustDemo": (
        NewUser(
            username="c_anna",
            first_name="Anna",
            last_name="Dahl",
            email="anna.dahl@varnholt.example",
            password="demo-anna-password",  # noqa: S106 (everybody may know it)
        ),
        NewUser(
            username="c_bo",
            first_name="Bo",
            last_name="Lindqvist",
            email="bo.lindqvist@varnholt.example",
            password="demo-bo-password",  # noqa: S106 (everybody may know it)
            is_privileged=True,
        ),
    ),
    "CustOther": (
        NewUser(
            username="c_ida",
            first_name="Ida",
            last_name="Moen",
            email="ida.moen@northgate.example",
            password="demo-ida-password",  # noqa: S106 (everybody may know it)
        ),
        NewUser(
            username="c_per",
            first_name="Per",
            last_name="Voss",
            email="per.voss@northgate.example",
            password="demo-per-password",  # noqa: S106 (everybody may know it)
            is_privileged=True,
        ),
    ),
}
"""Users of the demo tenants, whose passwords everybody may know."""

SIGNING_SECRET = "demo-esign-secret-0123456789abcdef"  # noqa: S105 (everybody may know it)
"""Signs callbacks about documents of CustDemo, as provider `generic`."""

_HERE = Path(__file__).parent


def seed(hub: Hub, keyring: KeyRing) -> tuple[str, ...]:
    """Create the demo tenants that are missing, and fill the empty ones; the ids it touched.

    A demo tenant that has products is left as it is, but for product lines where it has none.
    """
    touched = tuple(
        tenant_id
        for tenant_id, (name, secret) in TENANTS.items()
        if _seeded(hub, keyring, tenant_id, name, secret)
    )
    _believe_signatures(hub, keyring)
    for tenant_id in TENANTS:
        _line_up(hub, tenant_id)
    for tenant_id, users in USERS.items():
        _staff(hub, tenant_id, users)
    return touched


def _staff(hub: Hub, tenant_id: str, users: Iterable[NewUser]) -> None:
    with hub.unit_of_work(tenant_id) as uow:
        if not staffing.listed(uow):
            for each in users:
                staffing.add(uow, each)


def _believe_signatures(hub: Hub, keyring: KeyRing) -> None:
    with hub.administration() as administration:
        if not signing_connections.listed(administration, ANONYMOUS):
            signing_connections.add(
                administration,
                ANONYMOUS,
                Provider.GENERIC,
                keyring,
                clock=hub.clock,
                ids=hub.ids,
                secret=SIGNING_SECRET,
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
        import_catalogue(uow, _catalogue(tenant_id))
    if tenant_id == ANONYMOUS:
        _serve(hub, tenant_id)
    return True


def _line_up(hub: Hub, tenant_id: str) -> None:
    """Product lines for a tenant from before there were any."""
    with hub.reading(tenant_id) as view:
        if view.catalogues.product_lines():
            return
    whole = _catalogue(tenant_id)
    lines = replace(whole, tables=tuple(whole.of_kind(Kind.PRODUCT_LINES)))
    with hub.unit_of_work(tenant_id) as uow:
        if not uow.catalogues.product_lines():
            import_catalogue(uow, lines)
    follow_up(partial(hub.unit_of_work, tenant_id), lines)


def _catalogue(tenant_id: str) -> Upload:
    return reading.read_path(_HERE / f"{tenant_id}.json")


def _serve(hub: Hub, tenant_id: str) -> None:
    """The contracts the tenant has had before it came here."""
    standing = hub.standing(tenant_id)
    data = hub.snapshot(tenant_id, standing.revision if standing else 0)
    with hub.unit_of_work(tenant_id) as uow:
        for each in CONTRACTS:
            adopt(uow, data, each)
