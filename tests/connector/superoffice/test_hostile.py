"""Bodies that are malformed, mistyped, oversized or hostile: refused by name, nothing written."""

import json
import time
from decimal import Decimal
from typing import Any

import pytest
import yaml

from connector.superoffice import ROOMS
from tests.connector.superoffice.conftest import ROOT, Crm

DOCUMENT = yaml.safe_load((ROOT / "openapi/superoffice.yaml").read_text("utf-8"))
DEEP = b'{"X":' * 200_000 + b"1" + b"}" * 200_000


@pytest.mark.parametrize("operation", sorted(ROOMS))
@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"", 400),
        (b"[]", 400),
        (b'"text"', 400),
        (b"null", 400),
        (b"{", 400),
        (b'{"a":1,"a":2}', 400),
        (b'{"X":NaN}', 400),
        (b'{"X":-Infinity}', 400),
        (b'{"X":1e999999}', 400),
        (b'{"X":"\\ud800"}', 400),
        (b'\xef\xbb\xbf{"X":1}', 400),
        ('{"X":"æ"}'.encode("latin-1"), 400),
        ('{"X":1}'.encode("utf-16"), 400),
        (b'{"X":' + b"9" * 5000 + b"}", 400),
        (DEEP, 400),
        (b'{"X":"' + b"x" * (4 * 1024 * 1024) + b'"}', 413),
    ],
    ids=lambda value: repr(value[:24]) if isinstance(value, bytes) else None,
)
def test_what_is_no_json_object_is_refused(
    crm: Crm, operation: str, raw: bytes, status: int
) -> None:
    began = time.monotonic()
    answer = crm.post(operation, raw, crm.basic(crm.tenant, crm.secret))
    assert answer.status_code == status
    assert answer.json()["detail"]
    assert "Traceback" not in answer.text
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Content-Type": "text/plain"}, 415),
        ({"Content-Type": "application/xml"}, 415),
        ({"Content-Type": "application/json; charset=latin-1"}, 415),
        ({"Content-Encoding": "gzip"}, 415),
        ({"Content-Type": "application/json; charset=utf-8"}, 200),
    ],
)
def test_only_plain_utf8_json_is_read(crm: Crm, headers: dict[str, str], status: int) -> None:
    signed = crm.basic(crm.tenant, crm.secret)
    assert crm.post("GetCapabilities", {}, signed | headers).status_code == status


def members(schema: dict[str, Any]) -> dict[str, Any]:
    name = schema["$ref"].rpartition("/")[2] if "$ref" in schema else ""
    found: dict[str, Any] = DOCUMENT["components"]["schemas"].get(name, schema)
    return found


@pytest.mark.parametrize("operation", sorted(ROOMS))
def test_every_request_member_of_the_wrong_type_is_named(crm: Crm, operation: str) -> None:
    post = DOCUMENT["paths"][f"/{operation}"]["post"]
    request = members(post["requestBody"]["content"]["application/json"]["schema"])
    good: dict[str, Any] = {name: {} for name in request.get("required", ())}
    for name in request["properties"]:
        body = json.dumps(good | {name: 17.5}).encode()
        answer = crm.post(operation, body, crm.basic(crm.tenant, crm.secret))
        assert answer.status_code == 400, (operation, name)
        assert answer.json()["errors"][0]["pointer"].startswith(f"/{name}") or name not in good


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("Quantity", "ten"),
        ("Quantity", [1]),
        ("UnitListPrice", True),
        ("UnitListPrice", 1e15),
        ("DiscountPercent", -1e15),
        ("QuoteLineId", 2**40),
        ("QuoteLineId", 1.5),
        ("UserValueOverride", "OverrideEverything"),
        ("UserValueOverride", 6),
        ("ExtraInfo", {"Name": "x"}),
        ("SubscriptionStart", "tomorrow"),
    ],
)
def test_a_mistyped_member_of_a_line_is_named(crm: Crm, member: str, value: object) -> None:
    body = {"Context": {}, "QuoteLine": {member: value}}
    answer = crm.post("OnQuoteLineChanged", body, crm.basic(crm.tenant, crm.secret))
    assert answer.status_code in {400, 422}
    assert answer.json()["errors"][0]["pointer"].startswith(f"/QuoteLine/{member}")


def test_more_digits_than_a_double_carries_are_refused_by_name(crm: Crm) -> None:
    raw = b'{"Context":{},"QuoteLine":{"Quantity":1,"UnitListPrice":123456789.1234567891}}'
    answer = crm.post("OnQuoteLineChanged", raw, crm.basic(crm.tenant, crm.secret))
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/QuoteLine/UnitListPrice"


def test_a_member_spelled_twice_in_other_case_is_refused(crm: Crm) -> None:
    raw = b'{"Context":{},"QuoteLine":{"Quantity":1,"quantity":2}}'
    answer = crm.post("OnQuoteLineChanged", raw, crm.basic(crm.tenant, crm.secret))
    assert answer.status_code == 400
    assert "uantity" in answer.text


NAUGHTY = [
    "'; DROP TABLE tenants; --", "<script>alert(1)</script>", "{{7*7}}", "${jndi:ldap://x}",
    "../../etc/passwd", "%s%n%x", "\u202egnp.exe", "🤦🏽‍♀️", "ﷺ" * 50, "Å\u030a", "\ufeffbom",
    "=1+1", "null", "\t\r\n", "[I:1]", 'US:"a";NO:"b"', "]]><Field>", "%" * 200, "\x7f\x1b[31m",
]  # fmt: skip


@pytest.mark.parametrize("text", NAUGHTY)
def test_naughty_text_comes_back_as_it_was(crm: Crm, text: str) -> None:
    line = {
        "ERPProductKey": "18600",
        "Name": text,
        "Description": text,
        "Mine": {text: text},
        "ExtraInfo": [{"Name": text, "Value": text}],
        "Quantity": 1,
        "UnitListPrice": 5,
    }
    answer = crm.call("OnQuoteLineChanged", {"Context": {}, "QuoteLine": line})
    assert (answer["Name"], answer["Description"], answer["Mine"]) == (text, text, {text: text})
    assert answer["ExtraInfo"][0] == {"Name": text, "Value": text}
    assert crm.call("GetProduct", {"Context": {}, "ErpProductKey": text}) is None
    found = crm.call(
        "FindProduct",
        {"Context": {"UserLanguageCode": text}, "UserInput": text, "CurrencyCode": text},
    )
    assert found is None or isinstance(found, list)


def test_numbers_survive_the_journey_digit_by_digit(crm: Crm) -> None:
    numbers = b'"Mine":0.1234567890123456,"Theirs":12.30,"Big":12345678901234567890'
    raw = b'{"Context":{},"QuoteLine":{%b}}' % numbers
    answer = crm.post("OnQuoteLineChanged", raw, crm.basic(crm.tenant, crm.secret))
    kept = json.loads(answer.content, parse_float=Decimal)
    assert str(kept["Mine"]) == "0.1234567890123456"
    assert str(kept["Theirs"]) == "12.30"
    assert kept["Big"] == 12345678901234567890


@pytest.mark.parametrize("number", ["1.7976931348623157e+308", "-1e64", "5e-324", "9" * 64])
def test_what_is_not_ours_may_hold_any_number_of_a_double(crm: Crm, number: str) -> None:
    raw = b'{"Context":{},"QuoteLine":{"Quantity":1,"Mine":[%b]}}' % number.encode()
    answer = crm.post("OnQuoteLineChanged", raw, crm.basic(crm.tenant, crm.secret))
    assert answer.status_code == 200
    assert json.loads(answer.content, parse_float=Decimal)["Mine"] == [Decimal(number)]


def test_the_character_nul_is_read_as_the_replacement_character(crm: Crm) -> None:
    raw = b'{"Context":{},"QuoteLine":{"Name":"a\\u0000b","Mine\\u0000":"\\\\u0000"}}'
    answer = crm.post("OnQuoteLineChanged", raw, crm.basic(crm.tenant, crm.secret))
    assert answer.status_code == 200
    assert answer.json()["Name"] == "a\ufffdb"
    assert answer.json()["Mine\ufffd"] == "\\u0000"


def test_a_discount_nobody_could_pay_out_is_not_taken_off_the_line(crm: Crm) -> None:
    head = {"DiscountPercent": 999_999_999_999_999}
    context = {"CRMAlternativeWithLines": {"CRMAlternative": head}}
    line = {"Quantity": 4, "UnitListPrice": 12_000}
    answer = crm.call("OnQuoteLineChanged", {"Context": context, "QuoteLine": line})
    assert answer["TotalPriceWithAlternativeDiscount"] == answer["TotalPrice"] == 48_000


def test_a_sentence_repeats_long_texts_only_in_part(crm: Crm) -> None:
    body = {"Context": {"CRMSale": {"Currency": "N" * 20_000}}, "ErpProductKey": "18600"}
    [line] = crm.call("GetQuoteLinesFromProduct", body)
    assert "N" * 199 + "…" in line["Reason"]
    assert len(line["Reason"]) < 1000


def test_amounts_too_large_to_be_exact_are_said_on_the_line(crm: Crm) -> None:
    line = {"Quantity": 999_999_999, "UnitListPrice": 999_999_999, "TotalPrice": 5}
    answer = crm.call("OnQuoteLineChanged", {"Context": {}, "QuoteLine": line})
    assert (answer["Status"], answer["TotalPrice"]) == ("Error", 5)
    assert answer["Reason"]


@pytest.mark.parametrize(
    "path", ["CanProvideCapability", "onquotelinechanged", "PlaceOrder/", "x", ""]
)
def test_an_operation_we_do_not_list_is_missing_only_for_proven_callers(
    crm: Crm, path: str
) -> None:
    assert crm.post(path, {}, {}).status_code == 401
    assert crm.post(path, {}, crm.basic(crm.tenant, crm.secret)).status_code == 404
