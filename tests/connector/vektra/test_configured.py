"""A configured line: its build, what its options add, and what is wrong with it."""

from typing import Any

import pytest

from tests.connector.superoffice.conftest import Crm
from tests.connector.vektra.conftest import Caller
from tests.connector.vektra.quotes import act, get, make

Json = dict[str, Any]
ATEX = {"Operating Environment": "ATEX Zone 22", "Drive": "7.5 kW Ex", "Belt": "Antistatic"}


def line(caller: Caller, currency: str = "USD", **members: object) -> Json:
    body = {"currency": currency, "lines": [{"sku": "VX-2000", "quantity": 1} | members]}
    [priced] = caller.post("/pricing", body)["lines"]
    found: Json = priced
    return found


def test_every_option_with_a_price_has_its_step(caller: Caller) -> None:
    """12,000 and 1,450, 1,390 and 310 for three options are 15,150."""
    priced = line(caller, configuration=ATEX)
    bars = [bar for bar in priced["waterfall"] if bar["code"] == "options"]
    assert [(bar["label"], bar["delta"]) for bar in bars] == [
        ("Operating Environment: ATEX Zone 22", 1450),
        ("Drive: 7.5 kW Ex", 1390),
        ("Belt: Antistatic", 310),
    ]
    assert {bar["rule"]["id"] for bar in bars} == {"VX-2000"}
    assert (priced["list_unit_price"], priced["net_total"]) == (12000, 15150)
    assert priced["discount_total"] == 0
    assert priced["configuration"] == {
        **ATEX,
        "Filter": "M class",
        "Cleaning": "Timer",
        "Bin": "60 l",
    }


def test_without_a_configuration_it_is_the_default_build(caller: Caller) -> None:
    priced = line(caller)
    assert priced["configuration"]["Belt"] == "Standard"
    [bar] = [bar for bar in priced["waterfall"] if bar["code"] == "options"]
    assert bar["skipped_because"] == "options_are_included"
    assert line(caller, configuration={})["net_total"] == priced["net_total"]
    plain = caller.post("/pricing", {"lines": [{"sku": "VX-HOS-50", "quantity": 1}]})
    assert plain["lines"][0]["configuration"] is None


def test_price_rules_of_a_configurator_are_steps_too(program: Caller) -> None:
    """Options of 3,150 less a tenth, and 50 more: 2,885, in euros 40 instead of 50."""
    path = "/configurators/VX-2000"
    kept = program.send("GET", path).json()
    bundle = {
        "id": "ATEX-SET",
        "kind": "price",
        "message": "ATEX set",
        "if": "is('Operating Environment', 'ATEX Zone 22') AND is('Belt', 'Antistatic')",
        "multiply": 0.9,
        "add": 50,
        "prices": {"EUR": 40},
    }
    changed = {"variables": kept["variables"], "rules": [*kept["rules"], bundle]}
    assert program.send("PUT", path, changed).json()["lint"]["findings"] == []
    priced = line(program, configuration=ATEX)
    bars = [bar for bar in priced["waterfall"] if bar["code"] == "options"]
    assert [(bar["label"], bar["delta"]) for bar in bars[3:]] == [
        ("ATEX-SET: ATEX set", -315),
        ("ATEX-SET: ATEX set", 50),
    ]
    assert priced["net_total"] == 12000 + 2885
    assert priced["configuration"]["Belt"] == "Antistatic"
    assert "ATEX-SET" not in priced["configuration"]
    asked = {"sku": "VX-2000", "mode": "solve", "assignment": priced["configuration"]}
    assert program.post("/solve", asked)["solution"]["price"] == 2885
    euros = line(program, configuration=ATEX, currency="EUR")["waterfall"]
    assert [bar["delta"] for bar in euros if bar["code"] == "options"][-1] == 40
    assert line(program)["net_total"] == 12000


def test_what_is_hidden_needs_no_choice(program: Caller) -> None:
    path = "/configurators/VX-2000"
    kept = program.send("GET", path).json()
    hide = {"kind": "hide", "variable": "Bin", "if": "is('Operating Environment', 'ATEX Zone 22')"}
    changed = {"variables": kept["variables"], "rules": [*kept["rules"], hide]}
    assert program.send("PUT", path, changed).status_code == 200
    assert line(program, configuration=ATEX)["configuration"]["Bin"] == "n/a"
    assert line(program)["configuration"]["Bin"] == "60 l"


def test_rules_come_after_options(caller: Caller) -> None:
    """ACME's 8 percent are off the price with its options: 15,150 less 1,212 is 13,938."""
    body = {
        "account_id": "ACME",
        "currency": "USD",
        "lines": [{"sku": "VX-2000", "quantity": 1, "configuration": ATEX}],
    }
    [priced] = caller.post("/pricing", body)["lines"]
    assert priced["net_total"] == 13938
    assert (priced["discount_total"], priced["discount_percent"]) == (1212, 8)


@pytest.mark.parametrize(
    ("sku", "configuration", "code", "pointer"),
    [
        ("VX-2000", {"Belt": "Heavy"}, "invalid_configuration", "/lines/0/configuration"),
        ("VX-2000", {"Belt": "Gold"}, "unknown_option", "/lines/0/configuration/Belt"),
        ("VX-2000", {"Bell": "Heavy"}, "unknown_variable", "/lines/0/configuration/Bell"),
        ("VX-HOS-50", {"Belt": "Heavy"}, "not_configurable", "/lines/0/configuration"),
    ],
)
def test_what_cannot_be_built_is_named(
    caller: Caller, sku: str, configuration: Json, code: str, pointer: str
) -> None:
    body = {"lines": [{"sku": sku, "quantity": 1, "configuration": configuration}]}
    problem = caller.post("/pricing", body, 422)
    assert (problem["code"], problem["errors"][0]["pointer"]) == (code, pointer)
    if code == "invalid_configuration":
        told = problem["errors"][0]["message"]
        assert told == "The heavy belt needs a drive of 7.5 kW or more (HEAVY-DRIVE)"


def test_a_quote_keeps_the_build_and_changes_it(caller: Caller) -> None:
    quote = make(caller, {"sku": "VX-2000", "quantity": 2, "configuration": ATEX})
    assert quote["lines"][0]["configuration"]["Drive"] == "7.5 kW Ex"
    path = f"/quotes/{quote['id']}/lines/{quote['lines'][0]['id']}"
    refused = caller.send("PATCH", path, {"configuration": {"Belt": "Heavy"}})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "/configuration"
    changed = caller.send("PATCH", path, {"configuration": {"Belt": "Heavy", "Drive": "7.5 kW"}})
    assert changed.json()["lines"][0]["configuration"]["Belt"] == "Heavy"
    assert changed.json()["totals"]["net"] < quote["totals"]["net"]
    act(caller, quote, "submit")
    assert get(caller, quote)["lines"] == changed.json()["lines"]


def test_a_service_with_more_cover_costs_more(caller: Caller) -> None:
    body = {"lines": [{"sku": "CARE-PLUS", "quantity": 1}], "currency": "USD"}
    usual = caller.post("/pricing", body)["lines"][0]
    assert usual["configuration"]["coverage_level"] == "Standard"
    body["lines"] = [
        {"sku": "CARE-PLUS", "quantity": 1, "configuration": {"coverage_level": "Total"}}
    ]
    assert caller.post("/pricing", body)["lines"][0]["net_total"] > usual["net_total"]


def test_what_can_no_longer_be_built_is_not_submitted(program: Caller) -> None:
    quote = make(program, {"sku": "VX-2000", "quantity": 2, "configuration": ATEX})
    model = program.send("GET", "/configurators/VX-2000").json()
    kept = {name: model[name] for name in ("name", "variables")}
    never = {
        "id": "NO-ATEX",
        "kind": "exclude",
        "expression": "is('Operating Environment','ATEX Zone 22')",
        "message": "Sold out",
    }
    put = program.send("PUT", "/configurators/VX-2000", kept | {"rules": [never]})
    assert put.status_code == 200, put.text
    problem = act(program, quote, "submit", 422)
    assert problem["code"] == "invalid_configuration"
    assert problem["errors"][0] == {
        "pointer": "/lines/0/configuration",
        "code": "invalid_configuration",
        "message": "Sold out (NO-ATEX)",
    }
    assert get(program, quote)["status"] == "draft"


def from_crm(seller: Crm) -> Json:
    quote = {"CRMSale": {"Currency": "USD"}, "ERPCompanyKey": "ACME"}
    [made] = seller.call(
        "GetQuoteLinesFromProduct", {"Context": quote, "ErpProductKey": "VX-2000@USD-STD"}
    )
    return {**made, "QuoteLineId": 1}


def test_the_crm_reads_the_build_in_the_lines_extra_fields(seller: Crm) -> None:
    made = from_crm(seller)
    fields = {each["Name"]: each["Value"] for each in made["ExtraInfo"]}
    assert fields["Drive"] == "5.5 kW"
    assert fields["Operating Environment"] == "Indoor"
    assert '<Field Name="Drive" Type="String"><![CDATA[5.5 kW]]></Field>' in made["RawExtraInfo"]


def test_a_build_that_is_none_is_an_error_on_its_line(seller: Crm) -> None:
    made = from_crm(seller)
    for field in made["ExtraInfo"]:
        if field["Name"] == "Belt":
            field["Value"] = "Heavy"
    quote = {
        "CRMSale": {"Currency": "USD"},
        "CRMQuoteVersion": {"State": "Draft"},
        "CRMAlternativesWithLines": [{"CRMAlternative": {}, "CRMQuoteLines": [made]}],
    }
    answer = seller.call("ValidateQuoteVersion", {"QuoteContext": quote, "action": "SendQuote"})
    [line] = answer["CRMAlternativesWithLines"][0]["CRMQuoteLines"]
    assert line["Status"] == "Error"
    assert "The heavy belt needs a drive of 7.5 kW or more" in line["Reason"]
    assert not answer["IsOk"]
