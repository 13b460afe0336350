"""Values in addresses, filters and bodies, and what is read of answers."""

from datetime import UTC, date, datetime
from decimal import Decimal as D

import pytest

from adapters.erp.odata import amounts, literals, members
from adapters.erp.odata.pages import Version, path_below
from adapters.erp.odata.refusals import refusal, told
from adapters.rest import Answer
from engine.ports.outcomes import Declined, Postponed

BASE = "https://erp.test/sap/opu/SRV"


@pytest.mark.parametrize(
    ("value", "literal"),
    [
        ("O-1", "'O-1'"),
        ("O'Hara", "'O''Hara'"),
        ("' or 1 eq 1 or '", "''' or 1 eq 1 or '''"),
    ],
)
def test_a_text_stays_a_text(value: str, literal: str) -> None:
    assert literals.equals("Name", value) == f"Name eq {literal}"


def test_a_key_stays_one_step_of_a_path() -> None:
    assert literals.at("A", literals.text("1')/x?y#z")) == "/A('1''%29%2Fx%3Fy%23z')"
    assert literals.at("A", literals.keys({"a": "1", "b": "2"})) == "/A(a='1',b='2')"


@pytest.mark.parametrize("value", ["a\nb", "a\0b"])
def test_control_characters_are_refused(value: str) -> None:
    with pytest.raises(Declined):
        literals.text(value)


@pytest.mark.parametrize("value", ["", "1", "a1b2c3d4-0000-4000-8000-0000000000cc) or (1"])
def test_what_is_no_guid_is_refused(value: str) -> None:
    with pytest.raises(Declined):
        literals.guid(value)


@pytest.mark.parametrize(
    ("told_of", "number"),
    [
        ("12.500", D("12.500")),
        ("-0.001", D("-0.001")),
        (D("0.1"), D("0.1")),
        (7, D(7)),
        (True, None),
        (None, None),
        ("", None),
        ("NaN", None),
        ("1e999999999", None),
        (10**15, None),
        (D("1e-999999"), None),
        (D("0e-999999"), D(0)),
        ([], None),
    ],
)
def test_numbers_are_read_exactly_or_not_at_all(told_of: object, number: D | None) -> None:
    assert members.number({"n": told_of}, "n") == number


def test_days_are_told_in_milliseconds() -> None:
    # 2026-11-20 is 20,777 days after 1970-01-01
    assert members.ticks(date(2026, 11, 20)) == f"/Date({20_777 * 86_400_000})/"


@pytest.mark.parametrize(
    ("told_of", "moment"),
    [
        ("/Date(1000)/", datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)),
        ("/Date(1000+0060)/", datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)),
        ("/Date(999999999999999)/", None),
        ("2026-11-20T08:00:00.250Z", datetime(2026, 11, 20, 8, 0, 0, 250_000, tzinfo=UTC)),
        ("tomorrow", None),
        (5, None),
    ],
)
def test_moments_of_both_versions_are_read(told_of: object, moment: datetime | None) -> None:
    assert members.moment({"m": told_of}, "m") == moment


def test_halves_are_rounded_away_from_zero() -> None:
    assert [amounts.rounded(D(each), 2) for each in ("0.005", "-0.005", "0.0049")] == [
        D("0.01"),
        D("-0.01"),
        D("0.00"),
    ]
    assert amounts.raised(D("33.333331"), 5) == D("33.33334")
    assert not amounts.fits(D("0.001"), 2)
    assert [amounts.digits_of(each) for each in ("EUR", "JPY", "???")] == [2, 0, 2]


@pytest.mark.parametrize(
    ("link", "path"),
    [
        ("https://erp.test/sap/opu/SRV/A?$skiptoken=2", "/A?$skiptoken=2"),
        ("https://ERP.test:443/sap/opu/SRV/A?x", "/A?x"),
        ("A?$skiptoken=2", "/A?$skiptoken=2"),
        ("?$skiptoken=2", "/A?$skiptoken=2"),
    ],
)
def test_a_next_page_of_the_service_is_followed(link: str, path: str) -> None:
    assert path_below(BASE, "/A", link) == path


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.test/sap/opu/SRV/A",
        "//evil.test/sap/opu/SRV/A",
        "http://erp.test/sap/opu/SRV/A",
        "https://erp.test:8443/sap/opu/SRV/A",
        "https://erp.test:x/sap/opu/SRV/A",
        "https://erp.test@evil.test/sap/opu/SRV/A",
        "https://me:x@erp.test/sap/opu/SRV/A",
        "https://erp.test/sap/opu/SRV2/A",
        "https://erp.test/sap/opu/SRV/../OTHER/A",
        "/admin",
        "file:///etc/passwd",
    ],
)
def test_a_next_page_elsewhere_is_not(link: str) -> None:
    with pytest.raises(Declined):
        path_below(BASE, "/A", link)


def test_entities_and_pages_of_both_versions_are_read() -> None:
    assert Version.V2.entity({"d": {"a": 1}}) == {"a": 1}
    assert Version.V4.entity({"a": 1}) == {"a": 1}
    assert Version.V2.entity({"a": 1}) is None
    assert Version.V4.entity([]) is None
    second = Version.V2.page({"d": {"results": [{"a": 1}], "__next": "x"}})
    assert second is not None
    assert (second.rows, second.further) == (({"a": 1},), "x")
    fourth = Version.V4.page({"value": [], "@odata.nextLink": 5})
    assert fourth is not None
    assert (fourth.rows, fourth.further) == ((), "")
    assert Version.V2.page({"d": {"results": 1}}) is None
    assert Version.V4.etag({"@odata.etag": 'W/"1"'}) == 'W/"1"'
    assert Version.V2.etag({"__metadata": {"etag": 'W/"1"\r\nX: y'}}) == ""


def answer(status: int, body: str) -> Answer:
    return Answer(status, {}, body.encode())


def test_a_refusal_of_version_2_names_the_properties() -> None:
    body = """{"error": {"code": "V1/1", "message": {"lang": "en", "value": "No."}, "innererror":
        {"errordetails": [{"message": "Not sold.", "propertyref": "/Material", "target": ""},
        {"message": "Nothing.", "propertyref": "", "target": ""}, 5]}}}"""
    found = refusal(answer(400, body))
    assert isinstance(found, Declined)
    assert found.reason == "it answered 400: No."
    assert found.fields == {"Material": "Not sold."}


def test_a_refusal_of_version_4_names_what_it_speaks_of() -> None:
    body = """{"error": {"code": "X", "message": "quantity is odd.  CorrelationId:  1-2."}}"""
    found = refusal(answer(400, body), ("quantity", "quant"))
    assert isinstance(found, Declined)
    assert found.fields == {"quantity": "quantity is odd."}


@pytest.mark.parametrize("status", [409, 412, 423])
def test_what_somebody_else_holds_is_tried_again(status: int) -> None:
    assert isinstance(refusal(answer(status, "{}")), Postponed)


@pytest.mark.parametrize(
    "body", ["", "<html>", "[]", '{"error": 1}', '{"error": {"message": 1}}', "[" * 100_000]
)
def test_a_refusal_of_any_other_shape_is_one(body: str) -> None:
    found = refusal(answer(404, body))
    assert isinstance(found, Declined)
    assert found.fields == {}
    assert "\n" not in told(answer(404, body))
