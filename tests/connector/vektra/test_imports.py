"""A catalogue comes in over HTTP, and what it would do is told before."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from engine.hub import Hub
from tests.connector.vektra.conftest import Caller

Json = dict[str, Any]
DATA = Path(__file__).parents[2] / "data"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LINES = [{"sku": "VX-HOS-50", "quantity": 10}]
PATH = "/catalog/imports"


def entry(price: float, **members: object) -> Json:
    return {"price_list": "USD-STD", "sku": "VX-HOS-50", "list_price": price, **members}


def sent(program: Caller, content: bytes, media: str, query: str = "") -> httpx.Response:
    return program.send("POST", f"{PATH}{query}", content, **{"content-type": media})


def uploaded(program: Caller, catalogue: Json, query: str = "") -> Json:
    answer = sent(program, json.dumps(catalogue).encode(), "application/json", query)
    assert answer.status_code == 200, answer.text
    read: Json = answer.json()
    return read


def net(program: Caller) -> float:
    body = {"account_id": "ACME", "currency": "USD", "lines": LINES}
    return float(program.post("/pricing", body)["totals"]["net"])


def test_a_file_in_our_own_layout_becomes_prices(program: Caller) -> None:
    before = net(program)
    report = uploaded(program, {"entries": [entry(1000)]})
    assert (report["updated"], report["created"], report["rejected"]) == (1, 0, [])
    assert net(program) > before
    again = uploaded(program, {"entries": [entry(1000)]})
    assert (again["updated"], again["unchanged"]) == (0, 1)


def test_quotes_without_a_product_line_find_theirs_with_every_import_of_lines(
    program: Caller, hub: Hub
) -> None:
    made = program.post("/quotes", {"account_id": "ACME", "lines": LINES}, 201)
    with hub.unit_of_work("CustDemo") as uow:
        uow.quote_handlers.place(uow.quotes.get(made["id"], lock=True), "")
    vacuums = {"id": "vacuums"}
    assert uploaded(program, {"product_lines": [vacuums]}, "?dry_run=true")["dry_run"]
    assert uploaded(program, {"entries": [entry(1000)]})["updated"] == 1
    assert line_of(hub, made) == ""
    for _ in range(2):
        uploaded(program, {"product_lines": [vacuums]})
        assert line_of(hub, made) == "vacuums"


def line_of(hub: Hub, quote: Json) -> str:
    with hub.reading("CustDemo") as view:
        return view.quotes.get(quote["id"]).line


def test_a_workbook_a_csv_and_a_form_are_read(program: Caller) -> None:
    workbook = (DATA / "reference-workbook.xlsx").read_bytes()
    report = sent(program, workbook, XLSX).json()
    assert report["created"] > 20
    assert program.send("GET", "/products/18600").status_code == 200
    csv = sent(program, (DATA / "prices.csv").read_bytes(), "text/csv").json()
    assert csv["created"] + csv["updated"] > 0
    form = httpx.Request(
        "POST",
        "http://any",
        data={"note": "first"},
        files={"file": ("again.xlsx", workbook, XLSX)},
    )
    answer = sent(program, form.read(), form.headers["content-type"])
    assert answer.status_code == 200, answer.text
    assert answer.json()["created"] == 0


def test_rows_that_cannot_be_taken_are_named(program: Caller) -> None:
    report = uploaded(program, {"entries": [entry(5), entry(5, sku="NO"), {"sku": "VX-2000"}]})
    assert report["rejected_total"] == 2
    first, second = report["rejected"]
    assert (first["sheet"], first["row"], first["column"]) == ("entries", 2, "sku")
    assert second["row"] == 3


def test_a_dry_run_tells_and_writes_nothing(program: Caller) -> None:
    quote = program.post("/quotes", {"account_id": "ACME", "currency": "USD", "lines": LINES}, 201)
    other = {"account_id": "ACME", "lines": [{"sku": "VX-2000", "quantity": 1}]}
    program.post("/quotes", other, 201)
    version = program.post("/pricing", other)["rule_set_version"]
    before = net(program)
    report = uploaded(program, {"entries": [entry(1000)]}, "?dry_run=true")
    assert report["dry_run"]
    assert report["updated"] == 1
    impact = report["impact"]
    [moved] = impact["quotes"]
    assert (moved["quote_id"], moved["number"]) == (quote["id"], quote["number"])
    assert moved["net_before"] == quote["totals"]["net"] == before
    assert moved["difference"] == pytest.approx(moved["net_after"] - before)
    assert impact["quotes_unchanged"] == 1
    assert impact["complete"]
    assert net(program) == before
    assert program.post("/pricing", other)["rule_set_version"] == version
    uploaded(program, {"entries": [entry(1000)]})
    repriced = program.post(f"/quotes/{quote['id']}/reprice", {})
    assert repriced["totals"]["net"] == moved["net_after"]


def test_approvals_that_would_newly_be_needed_are_told(program: Caller) -> None:
    quote = program.post("/quotes", {"account_id": "ACME", "currency": "USD", "lines": LINES}, 201)
    assert quote["approvals"] == []
    rule = {"id": "APP-ANY", "name": "Any total", "trigger": "total", "currency": "USD"}
    rule["threshold"] = "1"
    report = uploaded(program, {"approval_rules": [rule]}, "?dry_run=true")
    assert report["rejected"] == []
    impact = report["impact"]
    [moved] = impact["quotes"]
    assert moved["difference"] == 0
    assert [each["rule"] for each in moved["approvals_newly_needed"]] == ["APP-ANY"]


def test_quotes_that_could_not_be_priced_any_more_are_told(program: Caller) -> None:
    quote = program.post(
        "/quotes", {"account_id": "ACME", "price_list": "USD-STD", "lines": LINES}, 201
    )
    closed = {"key": "USD-STD", "name": "Closed", "currency": "USD", "valid_to": "2026-01-31"}
    impact = uploaded(program, {"price_lists": [closed]}, "?dry_run=true")["impact"]
    assert impact["quotes_not_priced"] == [
        {"quote_id": quote["id"], "number": quote["number"], "codes": ["price_list_inactive"]}
    ]


def test_inverted_tiers_and_rules_that_tie_are_told(program: Caller) -> None:
    ladder = {
        "id": "LAD-ODD",
        "name": "Odd",
        "sku": "VX-HOS-50",
        "tiers": [{"starts_at": 10, "percent": 10}, {"starts_at": 20, "percent": 5}],
    }
    tied = [
        {
            "id": f"TIE-{letter}",
            "name": "Tie",
            "sku": "VX-HOS-70",
            "benefit": "percent",
            "value": 5,
            "stacking": "exclusive",
        }
        for letter in "AB"
    ]
    catalogue = {"ladders": [ladder], "promotions": tied}
    impact = uploaded(program, catalogue, "?dry_run=true")["impact"]
    assert impact["tier_inversions"] == [{"rule": "LAD-ODD", "sku": "VX-HOS-50", "starts_at": 20}]
    assert [sorted(each["rules"]) for each in impact["rule_conflicts"]] == [["TIE-A", "TIE-B"]]


@pytest.mark.parametrize(
    ("content", "media", "status"),
    [
        (b"", "text/csv", 400),
        (b"PK\x03\x04 no workbook", XLSX, 422),
        (b"[1, 2", "application/octet-stream", 422),
        (b"\x00\x01\x02", "application/octet-stream", 422),
        (b"nothing here", "multipart/form-data; boundary=x", 400),
        (b"x" * (10 * 1024 * 1024 + 1), "text/csv", 413),
        (b"x" * (11 * 1024 * 1024), "text/csv", 413),
    ],
)
def test_what_is_no_catalogue_is_refused(
    program: Caller, content: bytes, media: str, status: int
) -> None:
    answer = sent(program, content, media)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


def test_an_import_is_done_once(program: Caller, hub: Hub) -> None:
    content = json.dumps({"entries": [entry(777)]}).encode()
    headers = {"content-type": "application/json", "idempotency-key": "file-1"}
    first = program.send("POST", PATH, content, **headers)
    uploaded(program, {"entries": [entry(778)]})
    again = program.send("POST", PATH, content, **headers)
    assert again.content == first.content
    assert again.headers["idempotent-replayed"] == "true"
    assert hub.snapshot("CustDemo", 0).offers["VX-HOS-50@USD-STD"].entry.list_price == 778


def test_one_tenants_file_is_nothing_to_another(program: Caller, outsider: Caller) -> None:
    other = {"account_id": "ACME", "lines": LINES}
    outsider.post("/quotes", other, 201)
    before = outsider.post("/pricing", other)
    impact = uploaded(program, {"entries": [entry(1000)]}, "?dry_run=true")["impact"]
    assert (impact["quotes"], impact["quotes_unchanged"]) == ([], 0)
    uploaded(program, {"entries": [entry(1000)]})
    assert outsider.post("/pricing", other) == before
