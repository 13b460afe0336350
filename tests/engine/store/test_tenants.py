from dataclasses import replace

import pytest

from engine.hub import Hub
from engine.kernel.errors import Conflict, NotFound
from engine.tenants.tenant import SignIn, Tenant
from tests.engine.store.nouns import ODD

GLACIER = Tenant(
    id="glacier_-9",
    name=ODD,
    sign_in=SignIn.ENVIRONMENT,
    sealed_secret=None,
    disabled=True,
    credentials_version=4,
    revision=9,
)


def save(hub: Hub, tenant: Tenant) -> Tenant:
    with hub.administration() as administration:
        return administration.tenants.save(tenant)


def test_a_tenant_comes_back_as_it_was_added(hub: Hub) -> None:
    with hub.administration() as administration:
        administration.tenants.add(GLACIER)
        assert administration.tenants.get(GLACIER.id) == GLACIER
    assert hub.standing(GLACIER.id) == GLACIER


def test_all_tenants_are_told_by_id(hub: Hub) -> None:
    with hub.administration() as administration:
        administration.tenants.add(GLACIER)
        administration.tenants.add(Tenant(id="Zenith"))
        names = [tenant.id for tenant in administration.tenants.all()]
    assert names == ["Zenith", "fjord", "glacier_-9", "skerry"]


def test_a_tenant_that_is_not_there_is_not_found(hub: Hub) -> None:
    with hub.administration() as administration:
        assert administration.tenants.find("nobody") is None
        with pytest.raises(NotFound):
            administration.tenants.get("nobody")
        with pytest.raises(NotFound):
            administration.tenants.save(Tenant(id="nobody"))


def test_an_id_is_taken_once(hub: Hub) -> None:
    with hub.administration() as administration:
        with pytest.raises(Conflict):
            administration.tenants.add(Tenant(id="fjord", name="another"))
        assert administration.tenants.get("skerry") == Tenant(id="skerry")
    standing = hub.standing("fjord")
    assert standing == Tenant(id="fjord")


@pytest.mark.parametrize(
    ("change", "credentials_version", "revision"),
    [
        (Tenant(id="fjord"), 1, 1),
        (Tenant(id="fjord", name="Fjord AS"), 1, 2),
        (Tenant(id="fjord", sign_in=SignIn.ENVIRONMENT), 2, 2),
        (Tenant(id="fjord", sealed_secret="sealed"), 2, 2),
        (Tenant(id="fjord", disabled=True), 2, 2),
        (Tenant(id="fjord", credentials_version=40, revision=40), 1, 1),
    ],
    ids=["nothing", "name", "mode", "secret", "disabled", "versions are the store's"],
)
def test_saving_moves_the_versions_that_the_change_touches(
    hub: Hub, change: Tenant, credentials_version: int, revision: int
) -> None:
    saved = save(hub, change)
    assert saved == replace(change, credentials_version=credentials_version, revision=revision)
    assert hub.standing("fjord") == saved


def test_saving_an_old_copy_does_not_turn_the_revision_back(hub: Hub) -> None:
    read = hub.standing("fjord")
    assert read is not None
    for _ in range(3):
        with hub.unit_of_work("fjord") as work:
            work.catalogues.touch()
    assert save(hub, replace(read, name="Fjord AS")).revision == 5


def test_a_rollback_leaves_nothing(hub: Hub) -> None:
    def given_up() -> None:
        with hub.administration() as administration:
            administration.tenants.add(GLACIER)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        given_up()
    assert hub.standing(GLACIER.id) is None
