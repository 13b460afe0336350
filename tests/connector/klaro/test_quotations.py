"""Quotations: their types, one of them, making one, and who handles it."""

import re

import pytest
from starlette.testclient import TestClient

from engine.hub import Hub
from tests.connector.klaro.conftest import API, Reader
from tests.connector.klaro.quotations import CARE, HOSE, UNITS, latest, make
from tests.connector.superoffice.conftest import Crm
from tests.connector.vektra.conftest import NOW, Caller

NAMES = {
    *("quotation_id", "product_line", "title", "owner"),
    *("latest_revision", "created_at", "updated_at"),
}
SECONDS = int(NOW.timestamp())


def test_product_lines_are_the_types_of_quotations(anna: Reader, stranger: Reader) -> None:
    assert anna.get("/quotation_types") == {"vacuums": "Vacuum units", "services": "Services"}
    assert stranger.get("/quotation_types") == {"machines": "Machines", "services": "Services"}


def test_a_quotation_is_made_priced_and_owned_by_its_maker(anna: Reader, caller: Caller) -> None:
    answer = anna.send(
        "POST",
        "/quotations/vacuums",
        {"title": "Two", "account": "ACME", "currency": "NOK", "lines": [UNITS]},
    )
    assert answer.status_code == 201
    made = answer.json()["data"]
    assert answer.headers["location"] == f"{API}/quotation/{made['quotation_id']}"
    assert made == {
        "quotation_id": made["quotation_id"],
        "product_line": "vacuums",
        "title": "Two",
        "owner": 1,
        "latest_revision": 1,
        "created_at": SECONDS,
        "updated_at": SECONDS,
    }
    assert anna.get(f"/quotation/{made['quotation_id']}") == made
    assert latest(caller)["title"] == "Two"
    assert latest(caller)["product_line"] == "vacuums"


def test_state_adds_three_truths(anna: Reader) -> None:
    quotation = make(anna)
    shown = anna.get(f"/quotation/{quotation}?state=true")
    assert set(shown) == NAMES | {"won", "final", "order"}
    assert (shown["won"], shown["final"], shown["order"]) == (False, False, False)
    for word in ("1", "yes", "True", "TRUE", "Yes"):
        assert anna.get(f"/quotation/{quotation}?state={word}") == shown
    for word in ("false", "0", "no", "False", "NO", ""):
        assert set(anna.get(f"/quotation/{quotation}?state={word}")) == NAMES


def test_a_quotation_without_title_is_called_by_its_number(program: Reader) -> None:
    shown = program.get(f"/quotation/{make(program)}")
    assert re.fullmatch(r"Q-2026-\d{6}", shown["title"])
    assert shown["owner"] is None


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ({"lines": [HOSE]}, "vacuums"),
        ({"lines": [CARE, HOSE]}, "services"),
        ({"lines": [CARE], "product_line": "vacuums"}, "vacuums"),
        ({"lines": [CARE], "product_line": "flotation"}, "services"),
        ({"lines": []}, ""),
        ({"lines": [], "product_line": "services"}, "services"),
    ],
)
def test_a_quote_made_elsewhere_has_a_line_by_its_first_product(
    caller: Caller, program: Reader, body: dict[str, object], line: str
) -> None:
    caller.post("/quotes", {"account_id": "ACME"} | body, 201)
    assert program.get(f"/quotation/{_newest(program)}")["product_line"] == line


def test_a_quote_finds_its_line_with_its_first_line_and_keeps_it(
    caller: Caller, program: Reader
) -> None:
    quote = caller.post("/quotes", {"account_id": "ACME", "lines": []}, 201)
    quotation = _newest(program)
    before = _totals(program)
    added = caller.post(f"/quotes/{quote['id']}/lines", CARE, 201)
    assert program.get(f"/quotation/{quotation}")["product_line"] == "services"
    caller.post(f"/quotes/{quote['id']}/lines", HOSE, 201)
    caller.send("DELETE", f"/quotes/{quote['id']}/lines/{added['line']['id']}")
    assert program.get(f"/quotation/{quotation}")["product_line"] == "services"
    assert _totals(program) == (before[0], before[1] + 1)


def test_a_quote_of_superoffice_is_a_quotation_that_a_user_owns(
    seller: Crm, hub_client: TestClient, hub: Hub
) -> None:
    crm = Crm(hub_client, hub, "CustDemo")
    crm.secret = seller.secret
    bo = Reader.user(hub_client, "CustDemo/c_bo", "demo-bo-password")
    crm.call("PlaceOrder", Crm.order_body(quote_id=77))
    shown = bo.get("/quotation/1?state=true")
    assert (shown["won"], shown["final"], shown["order"]) == (True, True, True)
    assert shown["product_line"] in {"vacuums", "services"}
    assert bo.call("GET", f"/quotations/{shown['product_line']}")[0]["quotation_id"] == 1


def test_nobody_sees_what_is_not_theirs(
    anna: Reader, bo: Reader, program: Reader, stranger: Reader
) -> None:
    quotation = make(program)
    for path in ("", "/users", "/revisions", "/revision/1", "/revision/1/summary"):
        anna.get(f"/quotation/{quotation}{path}", 404)
        stranger.get(f"/quotation/{2_000_000 + quotation}{path}", 404)
    assert bo.get(f"/quotation/{quotation}")["quotation_id"] == quotation
    anna.post(f"/quotation/{quotation}/users", {"userIds": [1]}, 404)
    bo.post_nothing(f"/quotation/{quotation}/users", {"userIds": [1]})
    assert anna.get(f"/quotation/{quotation}")["quotation_id"] == quotation


def test_ids_count_for_each_tenant(stranger: Reader, anna: Reader, hub_client: TestClient) -> None:
    assert stranger.get("/quotation_types") != anna.get("/quotation_types")
    ours, theirs = Reader.key(hub_client, "demo-key"), Reader.key(hub_client, "other-key")
    assert [make(ours), make(ours)] == [1, 2]
    assert make(theirs, line="machines") == 1
    assert ours.get("/quotation/1")["product_line"] == "vacuums"
    assert theirs.get("/quotation/1")["product_line"] == "machines"
    theirs.get("/quotation/2", 404)


def test_handlers_are_added_and_never_twice(bo: Reader, anna: Reader) -> None:
    quotation = make(bo)
    path = f"/quotation/{quotation}/users"
    assert [each["id"] for each in bo.get(path)] == [2]
    for _ in range(2):
        answer = bo.send("POST", path, {"userIds": [1, 2, 1]})
        assert (answer.status_code, answer.content) == (204, b"")
    assert anna.get(path) == [
        {
            "id": 2,
            "title": "Bo Lindqvist (bo.lindqvist@varnholt.example)",
            "fullname": "Bo Lindqvist",
            "username": "c_bo",
            "email": "bo.lindqvist@varnholt.example",
        },
        {
            "id": 1,
            "title": "Anna Dahl (anna.dahl@varnholt.example)",
            "fullname": "Anna Dahl",
            "username": "c_anna",
            "email": "anna.dahl@varnholt.example",
        },
    ]


def test_an_unknown_handler_is_named_and_nobody_is_added(bo: Reader) -> None:
    quotation = make(bo)
    refused = bo.post(f"/quotation/{quotation}/users", {"userIds": [1, 99]}, 400)
    assert refused["error"]["message"] == "/userIds/1: 99 is no user of this tenant."
    assert refused["meta"]["errors"][0]["pointer"] == "/userIds/1"
    assert [each["id"] for each in bo.get(f"/quotation/{quotation}/users")] == [2]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"account": "NOBODY", "lines": [HOSE]}, "/account"),
        ({"account": "ACME", "currency": "XYZ"}, "/currency"),
        ({"account": "ACME", "lines": [{"sku": "NOPE", "quantity": 1}]}, "/lines/0/sku"),
        ({"account": "ACME", "lines": [HOSE | {"quantity": -1}]}, "/lines/0/quantity"),
        ({"account": "ACME", "lines": [HOSE | {"quantity": "1" * 16}]}, "/lines/0/quantity"),
        ({"account": "ACME", "lines": [HOSE | {"price": 1}]}, "/lines/0/price"),
        ({"account": "ACME", "colour": "red"}, "/colour"),
        ({"account": 5}, "/account"),
        ({"lines": [HOSE]}, "/account"),
    ],
)
def test_a_quotation_that_cannot_be_made_is_not(
    program: Reader, body: object, pointer: str
) -> None:
    before = _totals(program)
    refused = program.post("/quotations/vacuums", body, 400)
    assert refused["meta"]["errors"][0]["pointer"] == pointer
    assert set(refused) == {"error", "meta"}
    assert set(refused["error"]) == {"code", "message"}
    assert _totals(program) == before


def test_a_quotation_of_no_type_is_not_made(program: Reader) -> None:
    program.post("/quotations/flotation", {"account": "ACME"}, 404)
    program.get("/quotations/flotation", 404)


def _totals(program: Reader) -> tuple[int, int]:
    vacuums, services = (
        program.send("GET", f"/quotations/{line}?size=1").json()["total"]
        for line in ("vacuums", "services")
    )
    return vacuums, services


def _newest(program: Reader) -> int:
    """The id of the quotation that was made last: they are numbered from 1 without a gap."""
    here, beyond = 1, 2
    while _is_there(program, beyond):
        here, beyond = beyond, 2 * beyond
    while beyond - here > 1:
        middle = (here + beyond) // 2
        here, beyond = (middle, beyond) if _is_there(program, middle) else (here, middle)
    return here


def _is_there(program: Reader, quotation: int) -> bool:
    return program.send("GET", f"/quotation/{quotation}").status_code == 200
