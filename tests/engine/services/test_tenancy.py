import base64
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime

import pytest

from engine.hub import Hub
from engine.kernel.clock import FixedClock
from engine.kernel.errors import Conflict, Invalid, NotFound
from engine.services import tenancy
from engine.tenants.secrets import KeyRing, Unsealable
from engine.tenants.tenant import SignIn, Tenant

RING = KeyRing([bytes(32)])
CHOSEN = "chosen-by-hand-0123456789abcdef-x"


@pytest.fixture
def hub(migrated_url: str) -> Iterator[Hub]:
    clock = FixedClock(datetime(2026, 11, 21, 12, tzinfo=UTC))
    with closing(Hub(migrated_url, clock=clock)) as opened:
        yield opened


def create(hub: Hub, tenant_id: str = "Cust1", sign_in: SignIn = SignIn.SHARED_SECRET) -> str:
    with hub.administration() as administration:
        _, secret = tenancy.create_tenant(administration, tenant_id, sign_in, RING)
    return secret or ""


def standing(hub: Hub, tenant_id: str = "Cust1") -> Tenant:
    tenant = hub.standing(tenant_id)
    assert tenant is not None
    return tenant


def secret_of(hub: Hub, tenant_id: str = "Cust1") -> str:
    sealed = standing(hub, tenant_id).sealed_secret
    assert sealed is not None
    return RING.open(tenant_id, sealed)


def test_a_new_tenant_gets_a_secret_of_256_bits(hub: Hub) -> None:
    with hub.administration() as administration:
        tenant, secret = tenancy.create_tenant(
            administration, "Cust1", SignIn.SHARED_SECRET, RING, name="Vacuum AS"
        )
    assert secret is not None
    assert len(base64.urlsafe_b64decode(secret + "=")) == 32
    assert secret_of(hub) == secret
    assert standing(hub) == tenant
    assert (tenant.name, tenant.disabled, tenant.credentials_version) == ("Vacuum AS", False, 1)


def test_a_secret_may_be_chosen(hub: Hub) -> None:
    with hub.administration() as administration:
        issued = tenancy.create_tenant(
            administration, "Cust1", SignIn.SHARED_SECRET, RING, secret=CHOSEN
        )
    assert issued.secret == CHOSEN
    assert secret_of(hub) == CHOSEN


def test_what_was_issued_does_not_show_its_secret_by_accident(hub: Hub) -> None:
    with hub.administration() as administration:
        issued = tenancy.create_tenant(
            administration, "Cust1", SignIn.SHARED_SECRET, RING, secret=CHOSEN
        )
    assert CHOSEN not in f"{issued} {issued!r}"


def test_a_tenant_of_an_environment_has_no_secret(hub: Hub) -> None:
    assert create(hub, sign_in=SignIn.ENVIRONMENT) == ""
    assert standing(hub).sealed_secret is None
    assert standing(hub).sign_in is SignIn.ENVIRONMENT


@pytest.mark.parametrize("tenant_id", ["", "a b", "a/b", "..", "a:b", "å", "x" * 65, "Cust1\n"])
def test_an_id_that_could_be_mistaken_is_refused(hub: Hub, tenant_id: str) -> None:
    with hub.administration() as administration, pytest.raises(Invalid):
        tenancy.create_tenant(administration, tenant_id, SignIn.SHARED_SECRET, RING)


def test_an_id_is_given_once(hub: Hub) -> None:
    secret = create(hub)
    with pytest.raises(Conflict):
        create(hub)
    assert secret_of(hub) == secret


@pytest.mark.parametrize("secret", ["", "x" * 31, "x" * 513, "x" * 32 + "\n"])
def test_a_secret_that_is_not_fit_is_refused(hub: Hub, secret: str) -> None:
    kept = create(hub)
    shared = SignIn.SHARED_SECRET
    with hub.administration() as administration:
        with pytest.raises(Invalid):
            tenancy.create_tenant(administration, "Cust2", shared, RING, secret=secret)
        with pytest.raises(Invalid):
            tenancy.rotate_secret(administration, "Cust1", RING, secret=secret)
        with pytest.raises(Invalid):
            tenancy.set_sign_in(administration, "Cust1", shared, RING, secret=secret)
    assert hub.standing("Cust2") is None
    assert secret_of(hub) == kept


def test_a_rotated_secret_replaces_the_old_one_and_counts_as_a_change(hub: Hub) -> None:
    old = create(hub)
    with hub.administration() as administration:
        tenant, new = tenancy.rotate_secret(administration, "Cust1", RING)
    assert new not in {None, old}
    assert secret_of(hub) == new
    assert standing(hub) == tenant
    assert tenant.credentials_version == 2


def test_a_secret_may_be_rotated_to_a_chosen_one(hub: Hub) -> None:
    create(hub)
    with hub.administration() as administration:
        tenancy.rotate_secret(administration, "Cust1", RING, secret=CHOSEN)
    assert secret_of(hub) == CHOSEN


def test_there_is_nothing_to_rotate_without_a_secret(hub: Hub) -> None:
    create(hub, sign_in=SignIn.ENVIRONMENT)
    with hub.administration() as administration, pytest.raises(Conflict):
        tenancy.rotate_secret(administration, "Cust1", RING)


def test_leaving_the_shared_secret_forgets_it_and_coming_back_issues_another(hub: Hub) -> None:
    old = create(hub)
    with hub.administration() as administration:
        left, none = tenancy.set_sign_in(administration, "Cust1", SignIn.ENVIRONMENT, RING)
    assert (left.sealed_secret, none) == (None, None)
    assert standing(hub) == left
    with hub.administration() as administration:
        back, new = tenancy.set_sign_in(administration, "Cust1", SignIn.SHARED_SECRET, RING)
    assert new not in {None, old}
    assert secret_of(hub) == new
    assert (left.credentials_version, back.credentials_version) == (2, 3)


def test_setting_the_mode_that_is_set_changes_nothing(hub: Hub) -> None:
    secret = create(hub)
    before = standing(hub)
    with hub.administration() as administration:
        same = tenancy.set_sign_in(administration, "Cust1", SignIn.SHARED_SECRET, RING)
    assert same == (before, None)
    assert standing(hub) == before
    assert secret_of(hub) == secret


def test_a_mode_without_a_secret_takes_none(hub: Hub) -> None:
    create(hub)
    with hub.administration() as administration, pytest.raises(Invalid):
        tenancy.set_sign_in(administration, "Cust1", SignIn.ENVIRONMENT, RING, secret=CHOSEN)
    assert standing(hub).sign_in is SignIn.SHARED_SECRET


def test_a_disabled_tenant_keeps_its_secret_and_can_be_enabled(hub: Hub) -> None:
    secret = create(hub)
    with hub.administration() as administration:
        disabled = tenancy.disable(administration, "Cust1")
    assert standing(hub) == disabled
    assert (disabled.disabled, disabled.credentials_version) == (True, 2)
    with hub.administration() as administration:
        enabled = tenancy.enable(administration, "Cust1")
    assert (enabled.disabled, enabled.credentials_version) == (False, 3)
    assert secret_of(hub) == secret


def test_who_is_not_there_cannot_be_changed(hub: Hub) -> None:
    with hub.administration() as administration:
        with pytest.raises(NotFound):
            tenancy.rotate_secret(administration, "Nobody", RING)
        with pytest.raises(NotFound):
            tenancy.set_sign_in(administration, "Nobody", SignIn.ENVIRONMENT, RING)
        with pytest.raises(NotFound):
            tenancy.disable(administration, "Nobody")
        with pytest.raises(NotFound):
            tenancy.enable(administration, "Nobody")


def test_resealing_leaves_the_old_key_without_use(hub: Hub) -> None:
    one, two = create(hub, "Cust1"), create(hub, "Cust2")
    create(hub, "Cust3", SignIn.ENVIRONMENT)
    new_key = bytes([1]) * 32
    both = KeyRing([new_key, bytes(32)])
    with hub.administration() as administration:
        assert tenancy.reseal(administration, both) == 2
    with hub.administration() as administration:
        assert tenancy.reseal(administration, both) == 0
    only_new = KeyRing([new_key])
    for tenant_id, secret in (("Cust1", one), ("Cust2", two)):
        assert only_new.open(tenant_id, standing(hub, tenant_id).sealed_secret or "") == secret


def test_resealing_without_the_old_key_changes_nothing(hub: Hub) -> None:
    secret = create(hub)
    with pytest.raises(Unsealable), hub.administration() as administration:
        tenancy.reseal(administration, KeyRing([bytes([1]) * 32]))
    assert secret_of(hub) == secret


def test_no_secret_lies_in_the_database_in_the_clear(hub: Hub) -> None:
    secret = create(hub)
    assert secret not in (standing(hub).sealed_secret or "")
