from decimal import Decimal

from engine.catalog.intake import Kind, Remark
from engine.hub import Hub
from tests.engine.services.uploads import LISTS, counts, kept, put, table


def test_promises_and_switches_are_told_apart_by_name(hub: Hub) -> None:
    rows = (
        {"key": "IProductProvider_Provide_Cost", "value": True},
        {"key": "iorderconsumer_place_order", "value": "nei"},
        {"key": "fail_recalc", "value": Decimal(1)},
        {"key": "fail_recalc", "value": False},
        {"key": "New Capability", "value": None},
        {"key": "warn_start", "value": "ok?"},
    )
    report = put(hub, table(Kind.CAPABILITIES, *rows), sandbox=True)
    settings = kept(hub).settings
    assert settings.capabilities == {
        "iproductprovider_provide_cost": True,
        "iorderconsumer_place_order": False,
    }
    assert settings.switches == {"fail_recalc": True, "New Capability": False}
    assert settings.sandbox
    assert [(each.row, each.column) for each in report.rejected] == [(4, "key"), (6, "value")]


def test_a_tenant_in_use_never_becomes_a_sandbox(hub: Hub) -> None:
    report = put(hub, table(Kind.CAPABILITIES, {"key": "cannot_find", "value": True}))
    assert not kept(hub).settings.sandbox
    assert report.warnings == (
        Remark("capabilities", 1, "value", "is kept, but obeyed in a sandbox only"),
    )
    put(hub, table(Kind.SETTINGS, {"sandbox": True}))
    assert not kept(hub).settings.sandbox


def test_a_sandbox_stays_one(hub: Hub) -> None:
    put(hub, sandbox=True)
    put(hub, table(Kind.CAPABILITIES, {"key": "cannot_find", "value": True}))
    assert kept(hub).settings.sandbox


def test_without_a_table_of_promises_the_usual_ones_hold(hub: Hub) -> None:
    put(hub, table(Kind.PRICE_LISTS, *LISTS))
    promised = {name for name, on in kept(hub).settings.capabilities.items() if on}
    assert len(promised) == 11
    assert "iaddressprovider_provide_addresses" in promised
    assert "iorderconsumer_place_order" not in promised


def test_the_usual_promises_never_replace_decided_ones(hub: Hub) -> None:
    put(hub, table(Kind.CAPABILITIES, {"key": "iorderconsumer_place_order", "value": True}))
    put(hub, table(Kind.PRICE_LISTS, *LISTS))
    assert kept(hub).settings.capabilities == {"iorderconsumer_place_order": True}


def test_settings_are_checked_member_by_member(hub: Hub) -> None:
    good = {
        "time_zone": "Europe/Oslo",
        "rounding_mode": "half_even",
        "switches": {"warn_find": "no"},
    }
    assert counts(put(hub, table(Kind.SETTINGS, good))) == (0, 1, 0, 0)
    settings = kept(hub).settings
    assert (settings.time_zone, settings.pricing.rounding_mode) == ("Europe/Oslo", "half_even")
    bad: list[dict[str, object]] = [
        {"time_zone": "Mars/Base"},
        {"rounding_mode": "up"},
        {"capabilities": {"fly": True}},
        {"switches": ("a",)},
        {"sandbox": True},
        {"secret": "x"},
    ]
    report = put(hub, *(table(Kind.SETTINGS, row) for row in bad))
    assert [each.column for each in report.rejected] == [
        "time_zone", "rounding_mode", "capabilities", "switches", "sandbox", "secret",
    ]  # fmt: skip
    assert kept(hub).settings == settings
