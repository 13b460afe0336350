"""JSON as PHP writes it: numbers as texts, empty arrays for empty objects, null for nothing."""

from typing import Any

import pytest

from tests.connector.klaro.conftest import Reader
from tests.connector.klaro.quotations import HOSE, make, price, put

Json = dict[str, Any]
NOTHING = {"status": None, "order_status": None, "log_message": None}


@pytest.mark.parametrize("numbers", [["1", "2"], [1, "2"], ["2", 1, "1"]])
def test_ids_of_users_may_be_texts(bo: Reader, numbers: list[object]) -> None:
    quotation = make(bo)
    bo.post_nothing(f"/quotation/{quotation}/users", {"userIds": numbers})
    assert [each["id"] for each in bo.get(f"/quotation/{quotation}/users")] == [2, 1]


def test_an_unknown_id_is_named_as_text_as_well(bo: Reader) -> None:
    refused = bo.post(f"/quotation/{make(bo)}/users", {"userIds": ["1", "999999999"]}, 400)
    assert refused["error"]["message"] == "/userIds/1: 999999999 is no user of this tenant."


@pytest.mark.parametrize("qualifiers", [[], None, {}])
def test_what_is_null_or_empty_is_not_given(bo: Reader, qualifiers: object) -> None:
    quotation = make(bo)
    before = put(bo, quotation, qualifiers={"scope": "equipment"}, log_message="Before")
    for method in ("POST", "PUT"):
        path = f"/quotation/{quotation}/revision/1"
        assert bo.call(method, path, NOTHING | {"qualifiers": qualifiers}) == before
    told = NOTHING | {"qualifiers": qualifiers, "status": "active"}
    changed = bo.post(f"/quotation/{quotation}/revision/1", told)
    assert (changed["status"], changed["log_message"]) == ("active", "Before")
    assert changed["qualifiers"] == {"scope": "equipment"}


def test_a_quotation_is_made_with_empty_arrays_and_nulls(bo: Reader) -> None:
    line = HOSE | {"configuration": [], "quantity": "3"}
    body = {"title": None, "account": "ACME", "currency": None, "lines": [line]}
    made = bo.post("/quotations/vacuums", body, 201)
    same = bo.post("/quotations/vacuums", {"account": "ACME", "lines": [HOSE]}, 201)
    path = "/revision/1/summary"
    ours, theirs = (
        bo.get(f"/quotation/{each['quotation_id']}{path}")["sales_price"] for each in (made, same)
    )
    assert ours == theirs
    assert bo.post("/quotations/vacuums", {"account": "ACME", "lines": None}, 201)["title"]


def test_a_custom_price_may_be_a_decimal_text(bo: Reader) -> None:
    assert price(bo, make(bo), "123.45")["sales_price"] == 123.45
