"""A request that comes again under its key is answered as the first was, and done once."""

from typing import Any

import httpx

from tests.connector.klaro.conftest import API, Reader
from tests.connector.klaro.quotations import UNITS, latest, make, price, put
from tests.connector.vektra.conftest import Caller
from tests.connector.vektra.quotes import get

Json = dict[str, Any]
NEW = b'{"account":"ACME","lines":[{"sku":"VX-HOS-50","quantity":3}]}'
JSON = "application/json"


def sent(reader: Reader, path: str, body: bytes, key: str, method: str = "POST") -> httpx.Response:
    return reader.form(method, path, body, JSON, **{"idempotency-key": key})


def same(first: httpx.Response, second: httpx.Response) -> bool:
    assert "idempotent-replayed" not in first.headers
    assert second.headers["idempotent-replayed"] == "true"
    return (first.status_code, first.content) == (second.status_code, second.content)


def test_a_quotation_is_made_once(bo: Reader) -> None:
    before = bo.send("GET", "/quotations/vacuums?size=1").json()["total"]
    first, second = (sent(bo, "/quotations/vacuums", NEW, "r-made") for _ in range(2))
    assert first.status_code == 201
    assert same(first, second)
    made = first.json()["data"]["quotation_id"]
    assert second.headers["location"] == f"{API}/quotation/{made}"
    assert bo.send("GET", "/quotations/vacuums?size=1").json()["total"] == before + 1


def test_a_revision_is_taken_back_once(bo: Reader) -> None:
    quotation = make(bo)
    put(bo, quotation, status="active")
    path = f"/quotation/{quotation}/revision/1"
    again = [sent(bo, path, b'{"status":"in_process"}', f"r-back-{quotation}") for _ in range(2)]
    assert same(*again)
    assert again[0].json()["data"]["revision_id"] == 2
    assert bo.get(f"/quotation/{quotation}")["latest_revision"] == 2


def test_handlers_and_prices_are_repeated_as_well(bo: Reader, caller: Caller) -> None:
    quotation = make(bo)
    path = f"/quotation/{quotation}"
    assert same(*(sent(bo, f"{path}/users", b'{"userIds":[1]}', "r-user") for _ in range(2)))
    fixed = b'{"custom_sales_price":100}'
    assert same(*(sent(bo, f"{path}/revision/1/summary", fixed, "r-price") for _ in range(2)))
    told = get(caller, latest(caller), "?expand=history")["history"]
    assert [each["what"] for each in told].count("total_fixed") == 1


def test_what_waits_for_an_approval_is_answered_so_again(bo: Reader) -> None:
    quotation = make(bo, UNITS)
    price(bo, quotation, 1)
    path = f"/quotation/{quotation}/revision/1"
    again = [sent(bo, path, b'{"status":"active"}', f"r-wait-{quotation}") for _ in range(2)]
    assert same(*again)
    assert again[0].json()["meta"]["reason"] == "approval_needed"


def test_a_key_stands_for_one_request_of_one_caller(bo: Reader, anna: Reader) -> None:
    first = sent(bo, "/quotations/vacuums", NEW, "r-mine")
    assert first.status_code == 201
    for reader, body in ((bo, NEW.replace(b"3", b"4")), (anna, NEW)):
        refused = sent(reader, "/quotations/vacuums", body, "r-mine")
        assert refused.status_code == 409
        assert refused.json()["meta"]["reason"] == "idempotency_key_reused"


def test_a_refused_request_leaves_nothing_under_its_key(bo: Reader) -> None:
    wrong = NEW.replace(b"ACME", b"NOBODY")
    assert sent(bo, "/quotations/vacuums", wrong, "r-free").status_code == 400
    assert sent(bo, "/quotations/vacuums", NEW, "r-free").status_code == 201


def test_a_malformed_key_is_refused(bo: Reader) -> None:
    for key in ("", "with space", "x" * 256):
        assert sent(bo, "/quotations/vacuums", NEW, key).status_code == 400


def test_a_form_and_json_of_the_same_value_are_the_same_request(bo: Reader) -> None:
    path = f"/quotation/{make(bo)}/revision/1"
    key = {"idempotency-key": f"r-form-{path}"}
    form = bo.form("PUT", path, "log_message=x&status=", **key)
    told = bo.form("PUT", path, b'{"status":null,"log_message":"x"}', JSON, **key)
    assert same(form, told)
