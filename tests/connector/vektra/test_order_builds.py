"""Other options of an order's line: their difference is priced as the quote was, whatever changed.

Outdoor is 650 and the bin of 120 l 190, so a unit of the list's 12 000 becomes one of 12 840;
less 8 % less 3 % it is 11 458.416, four of them 45 833.66 in place of 42 835.20.
"""

from typing import Any

from engine.hub import Hub
from tests.connector.vektra.changes import change, codes, later, line, order_of, report
from tests.connector.vektra.conftest import Caller, dearer
from tests.connector.vektra.quotes import CARE, UNITS

Json = dict[str, Any]
OUTDOOR = {"Operating Environment": "Outdoor", "Bin": "120 l"}


def test_a_swap_costs_the_difference_of_the_options(program: Caller, hub: Hub) -> None:
    order = order_of(program, UNITS, CARE)
    dearer(hub)
    done = change(program, order, type="revise", lines=[line(order, configuration=OUTDOOR)])
    assert (done["applied"], done["price_delta"]) == (True, 2998.46)
    after = done["order"]["lines"][0]
    assert after["configuration"] == {
        "Operating Environment": "Outdoor",
        "Drive": "5.5 kW",
        "Belt": "Standard",
        "Filter": "M class",
        "Cleaning": "Timer",
        "Bin": "120 l",
    }
    totals = done["order"]["totals"]
    # with 7 920 of the service; a quarter of it is tax, by line: 11 458.415 and 1 980
    assert (totals["net"], totals["tax"]) == (53753.66, 13438.42)
    back = {"Operating Environment": "Indoor", "Bin": "60 l"}
    undone = change(program, order, type="revise", lines=[line(order, configuration=back)])
    assert undone["price_delta"] == -2998.46
    assert undone["order"]["totals"] == order["totals"]


def test_a_swap_of_fewer_units_costs_their_part(program: Caller, hub: Hub) -> None:
    order = order_of(program)
    later(hub, 4)
    body: Json = {
        "type": "revise",
        "lines": [line(order, quantity=2, configuration={"Bin": "120 l"})],
    }
    asked = change(program, order, **body)
    # two units go at 2 % of 21 417.60, two stay at 2 % of as much: 428.352 each
    assert [(row["change"], row["fee"]) for row in asked["change_fee"]["rows"]] == [
        ("quantity", 428.35),
        ("configuration", 428.35),
    ]
    # 190 less 8 % less 3 % is 169.556, four of them 678.22, two of them 339.11
    assert asked["price_delta"] == -21078.49
    done = change(program, order, **body, fee_quote_id=asked["fee_quote_id"])
    assert done["order"]["totals"]["net"] == 21756.71


def test_a_build_that_cannot_be_is_refused_by_its_rule(program: Caller) -> None:
    order = order_of(program)
    for options, pointer, code in (
        ({"Operating Environment": "Outdoor"}, "", "invalid_configuration"),
        ({"Bin": "80 l"}, "/Bin", "unknown_option"),
        ({"Colour": "red"}, "/Colour", "unknown_variable"),
    ):
        lines = [line(order, configuration=options)]
        refused = change(program, order, 422, type="revise", lines=lines)
        assert codes(refused) == [(f"/lines/0/configuration{pointer}", code)]
    same = [line(order, configuration={"Bin": "60 l"})]
    assert codes(change(program, order, 422, type="revise", lines=same)) == [
        ("/lines/0", "nothing_changes")
    ]


def test_what_a_person_fixed_stays(program: Caller) -> None:
    order = order_of(program, {"sku": "VX-2000", "quantity": 4, "unit_price": 11000})
    done = change(program, order, type="revise", lines=[line(order, configuration=OUTDOOR)])
    assert (done["applied"], done["price_delta"]) == (True, 0)
    assert done["order"]["totals"]["net"] == 44000


def test_a_swap_in_the_workshop_waits_for_nobody_but_the_policy(program: Caller, hub: Hub) -> None:
    order = order_of(program)
    report(program, order, "acknowledged")
    later(hub, 4)
    asked = change(program, order, type="revise", lines=[line(order, configuration=OUTDOOR)])
    [row] = asked["change_fee"]["rows"]
    # 2 % of 42 835.20 is 856.704
    assert (row["stage"], row["rule"]["id"], row["fee"]) == ("acknowledged", "FEE-CHANGE", 856.7)


def test_of_less_only_what_the_line_bore_goes_away(program: Caller) -> None:
    """Built for 45 833.66 and sold for 100: of the 2 998.46 less it bore 6.54."""
    built = {**UNITS, "configuration": OUTDOOR}
    order = order_of(program, built, manual_total=100)
    assert order["totals"]["net"] == 100
    back = {"Operating Environment": "Indoor", "Bin": "60 l"}
    done = change(program, order, type="revise", lines=[line(order, configuration=back)])
    assert (done["applied"], done["price_delta"]) == (True, -6.54)
    assert done["order"]["totals"]["net"] == 93.46
