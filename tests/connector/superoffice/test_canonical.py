"""Spelling: members in any case, second names, enumerations by name, older name or number."""

import json
from copy import deepcopy
from typing import Any

import pytest

from connector.json_body import Malformed
from connector.superoffice.canonical import Canonical, EnumStyle
from connector.surfaces import load
from tests.connector.superoffice.conftest import ROOT

DOCUMENT = load((ROOT / "openapi/superoffice.yaml").read_bytes())
FACTS = json.loads((ROOT / "tests/data/superoffice-types.json").read_text())
MIRROR = Canonical(DOCUMENT)


def canonical(operation: str, body: dict[str, Any]) -> dict[str, Any]:
    MIRROR.canonicalise(operation, body)
    return body


def test_members_are_spelled_as_the_document_spells_them_at_every_level() -> None:
    body = canonical(
        "RecalculateQuoteAlternative",
        {
            "CONTEXT": {
                "userlanguagecode": "nb-NO",
                "crmAlternativeWithLines": {
                    "CRMALTERNATIVE": {"vatinfo": "x", "Vat": 1},
                    "crmquotelines": [{"quantity": 1, "EXTRAINFO": [{"NAME": "n"}, None]}, None],
                },
            }
        },
    )
    assert body == {
        "Context": {
            "UserLanguageCode": "nb-NO",
            "CRMAlternativeWithLines": {
                "CRMAlternative": {"VATInfo": "x", "VAT": 1},
                "CRMQuoteLines": [{"Quantity": 1, "ExtraInfo": [{"Name": "n"}, None]}, None],
            },
        }
    }


def test_the_order_of_members_stays_and_strangers_stay_as_they_are() -> None:
    line = {"zz": 1, "name": "n", "ZZ": 2, "Quantity": 1, "Nested": {"quantity": 3}}
    body = canonical("OnQuoteLineChanged", {"Context": {}, "QuoteLine": line})
    assert list(body["QuoteLine"].items()) == [
        ("zz", 1),
        ("Name", "n"),
        ("ZZ", 2),
        ("Quantity", 1),
        ("Nested", {"quantity": 3}),
    ]


@pytest.mark.parametrize("operation", ["TestConnection", "GetCapabilities"])
def test_keys_of_settings_are_not_members(operation: str) -> None:
    settings = {"contact": "1", "CONTACT": "2", "context": "3"}
    body = canonical(operation, {"configvalues": dict(settings)})
    assert body["ConfigValues"] == settings


@pytest.mark.parametrize(
    "line",
    [
        {"Quantity": 1, "quantity": 1},
        {"QUANTITY": None, "quantity": 1},
        {"ExtraInfo": [{"Name": "a", "name": "b"}]},
    ],
)
def test_one_member_in_two_spellings_is_refused(line: dict[str, Any]) -> None:
    with pytest.raises(Malformed) as refused:
        canonical("OnQuoteLineChanged", {"Context": {}, "QuoteLine": line})
    assert refused.value.member in ("Quantity", "Name")


@pytest.mark.parametrize("operation", FACTS["operations"])
def test_every_second_name_of_the_facts_is_read(operation: str) -> None:
    for member, fact in FACTS["operations"][operation]["request"].items():
        for second in fact.get("aliases", ()):
            value: object = {"x": {"y": 1}} if fact["type"].endswith("ContextInfo") else "Send"
            body = canonical(operation, {second.lower(): deepcopy(value)})
            assert member in body, (operation, member, second)


def test_a_second_name_gives_way_to_the_first() -> None:
    body = {"QuoteContext": {"EISConnectionId": 1}, "Context": {"EISConnectionId": 2}}
    assert canonical("ValidateQuoteVersion", body)["QuoteContext"] == {"EISConnectionId": 1}
    null = {"QuoteContext": None, "Context": {"eisconnectionid": 2}}
    assert canonical("ValidateQuoteVersion", null) == {"QuoteContext": {"EISConnectionId": 2}}
    other = {"Context": {"EISConnectionId": 2}}
    assert canonical("PlaceOrder", dict(other)) == other


def test_values_to_test_are_taken_from_the_settings_where_they_are_missing() -> None:
    both = canonical("TestConnection", {"ConfigValues": {"a": "1"}})
    assert both == {"ConfigValues": {"a": "1"}, "ConnectionData": {"a": "1"}}
    own = canonical("TestConnection", {"ConfigValues": {"a": "1"}, "connectiondata": {}})
    assert own["ConnectionData"] == {}


def version(**members: object) -> dict[str, Any]:
    return {"QuoteContext": {"CRMQuoteVersion": members}}


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        *((name, name) for name in FACTS["enums"]["QuoteVersionState"]),
        *((number, name) for name, number in FACTS["enums"]["QuoteVersionState"].items()),
        *FACTS["enumAliases"]["QuoteVersionState"]["members"].items(),
        ("draftneedsAPPROVAL", "DraftNeedsApproval"),
        ("Nonsense", "Nonsense"),
        (17, 17),
        (True, True),
        (["Sent"], ["Sent"]),
        (None, None),
    ],
    ids=str,
)
def test_an_enumeration_is_read_in_all_its_forms(said: object, meant: object) -> None:
    body = canonical("ValidateQuoteVersion", version(State=said))
    assert body["QuoteContext"]["CRMQuoteVersion"]["State"] == meant
    assert type(body["QuoteContext"]["CRMQuoteVersion"]["State"]) is type(meant)


@pytest.mark.parametrize("enum", ["ValueOverride", "QuoteAction"])
def test_older_names_of_the_facts_are_read(enum: str) -> None:
    for older, name in FACTS["enumAliases"][enum]["members"].items():
        if enum == "QuoteAction":
            read = canonical("ValidateQuoteVersion", {"Action": older.upper()})["action"]
        else:
            line = {"UserValueOverride": older}
            read = canonical("OnQuoteLineChanged", {"QuoteLine": line})["QuoteLine"]
            read = read["UserValueOverride"]
        assert read == name


@pytest.mark.parametrize(
    ("style", "by_name", "by_number"),
    [
        (EnumStyle.MIRROR, False, True),
        (EnumStyle.NAMES, False, False),
        (EnumStyle.NUMBERS, True, True),
    ],
)
def test_the_style_decides_what_answers_write(
    style: EnumStyle, *, by_name: bool, by_number: bool
) -> None:
    styled = Canonical(DOCUMENT, style)
    assert styled.canonicalise("ValidateQuoteVersion", version(State="Sent")) is by_name
    assert styled.canonicalise("ValidateQuoteVersion", version(State=6)) is by_number
    deep = {"QuoteLine": {"ExtraInfo": [{"Type": "Url"}, {"Type": 1}]}}
    assert styled.canonicalise("OnQuoteLineChanged", deep) is by_number


def test_answers_are_written_with_numbers_and_their_sources_stay() -> None:
    line = {"Status": "Error", "UserValueOverride": "OverrideTotal", "Name": "Error"}
    answer = {
        "IsOk": False,
        "State": "Warning",
        "CRMQuoteVersion": {"State": "Sold", "Status": "Ok", "ArchivedState": None},
        "CRMAlternativesWithLines": [{"CRMAlternative": {"Status": "Ok"}, "CRMQuoteLines": [line]}],
    }
    kept = deepcopy(answer)
    written: Any = MIRROR.numbered("UpdateQuoteVersionPrices", answer)
    assert written["State"] == 2
    assert written["CRMQuoteVersion"] == {"State": 9, "Status": 0, "ArchivedState": None}
    assert written["CRMAlternativesWithLines"][0]["CRMQuoteLines"] == [
        {"Status": 3, "UserValueOverride": 1, "Name": "Error"}
    ]
    assert answer == kept


def test_lists_maps_and_scalars_are_written_with_numbers_too() -> None:
    fields = {"Rank": {"FieldKey": "Rank", "FieldType": "Label", "Access": "Mandatory", "Rank": 1}}
    assert MIRROR.numbered("GetConfigurationFields", fields) == {
        "Rank": {"FieldKey": "Rank", "FieldType": 99, "Access": 1, "Rank": 1}
    }
    product = {"Name": "a", "ExtraInfo": [{"Name": "b", "Type": "Image"}]}
    assert MIRROR.numbered("GetProducts", [product, None]) == [
        {"Name": "a", "ExtraInfo": [{"Name": "b", "Type": 2}]},
        None,
    ]
    assert MIRROR.numbered("GetNumberOfProductImages", 3) == 3
    assert MIRROR.numbered("GetCapabilities", {"State": True}) == {"State": True}
    assert MIRROR.numbered("OnBeforeDeleteQuote", None) is None


def test_what_is_no_object_is_left_to_the_validator() -> None:
    for odd in (5, "text", [], [[{"quantity": 1}]], None, True):
        body = canonical("OnQuoteLineChanged", {"Context": odd, "QuoteLine": odd})
        assert body == {"Context": odd, "QuoteLine": odd}
