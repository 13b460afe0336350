import json
import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connector import json_body
from connector.json_body import Malformed

LISTS = b'{"a":' + b"[" * 63 + b"]" * 63 + b"}"
TOO_MANY_LISTS = b'{"a":' + b"[" * 64 + b"]" * 64 + b"}"
BRACKETS_IN_TEXT = b'{"s":"]]]]}}}}\\"","a":' + b"[" * 64 + b"]" * 64 + b',"t":"[[[["}'


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        (b"{}", {}),
        (b' {"a" : [ ] }\n', {"a": []}),
        (b'{"a":12.30}', {"a": Decimal("12.30")}),
        (b'{"a":0.1}', {"a": Decimal("0.1")}),
        (b'{"a":1.5E3}', {"a": Decimal(1500)}),
        (b'{"a":1E+3}', {"a": Decimal(1000)}),
        (b'{"a":33.333333333333336}', {"a": Decimal("33.333333333333336")}),
        (b'{"a":5e-324}', {"a": Decimal("5E-324")}),
        (b'{"a":-7.9228162514264338E+28}', {"a": Decimal(-79228162514264338000000000000)}),
        (b'{"a":-79228162514264337593543950335}', {"a": -79228162514264337593543950335}),
        (b'{"a":' + b"9" * 64 + b"}", {"a": 10**64 - 1}),
        (b'{"a":true,"b":null}', {"a": True, "b": None}),
        (b'{"\\u00e6":"\\ud83d\\ude00"}', {"æ": "😀"}),
        (b'{"a":"\\\\u0000 \\\\ud800"}', {"a": "\\u0000 \\ud800"}),
        (b'{"a":"\\\\\\\\u0000"}', {"a": "\\\\u0000"}),
        (b'{"a":":\\":","b":":\\\\"}', {"a": ':":', "b": ":\\"}),
        (LISTS, None),
    ],
)
def test_what_is_written_is_kept(raw: bytes, read: dict[str, Any] | None) -> None:
    body = json_body.parse(raw)
    assert read is None or body == read


def test_decimals_keep_their_digits_and_integers_stay_integers() -> None:
    body = json_body.parse(b'{"a":12.30,"b":12.0,"c":12,"d":1E+3}')
    assert [str(value) for value in body.values()] == ["12.30", "12.0", "12", "1000"]
    assert [type(value) for value in body.values()] == [Decimal, Decimal, int, Decimal]


@pytest.mark.parametrize(
    ("raw", "detail"),
    [
        (b"", "not JSON"),
        (b"[]", "must be a JSON object"),
        (b"null", "must be a JSON object"),
        (b"1", "must be a JSON object"),
        (b'"text"', "must be a JSON object"),
        (b"{", "not JSON"),
        (b'{"a":1}x', "not JSON"),
        (b'{"a":1,}', "not JSON"),
        (b"{'a':1}", "not JSON"),
        (b'{"a":01}', "not JSON"),
        (b'{"a":+1}', "not JSON"),
        (b'{"a":1.}', "not JSON"),
        (b'{"a":.5}', "not JSON"),
        (b'{"a":0x1}', "not JSON"),
        (b'{"a":"\t"}', "not JSON"),
        (b'{"a":"\x00"}', "not JSON"),
        (b'{"a":"\\x41"}', "not JSON"),
        (b'{"a":NaN}', "not JSON"),
        (b'{"a":Infinity}', "not JSON"),
        (b'{"a":-Infinity}', "not JSON"),
        (b'\xef\xbb\xbf{"a":1}', "not JSON"),
        ('{"a":1}'.encode("utf-16"), "not"),
        ('{"a":1}'.encode("utf-16-le"), "not JSON"),
        (b'{"a":"\xff"}', "not UTF-8"),
        (b'{"a":"\xed\xa0\x80"}', "not UTF-8"),
        (b'{"a":"\xc0\x80"}', "not UTF-8"),
        (b'{"a":"\\ud800"}', "not JSON"),
        (b'{"a":"\\ud800\\u0041"}', "not JSON"),
        (b'{"\\udc00":1}', "not JSON"),
        (b'{"a":1e999999999}', "more than 64 digits"),
        (b'{"a":1e99999999999999999999}', "more than 64 digits"),
        (b'{"a":1e309}', "beyond every double"),
        (b'{"a":1e-999999999}', "beyond every double"),
        (b'{"a":1.' + b"1" * 64 + b"}", "more than 64 digits"),
        (b'{"a":' + b"1" * 65 + b"}", "more than 64 digits"),
        (b'{"a":-' + b"1" * 65 + b"}", "more than 64 digits"),
        (b'{"a":' + b"1" * 5000 + b"}", "not JSON"),
        (TOO_MANY_LISTS, "64 levels"),
        (BRACKETS_IN_TEXT, "64 levels"),
        (b"[" * 100_000, "64 levels"),
        (b'{"a":' * 100_000, "64 levels"),
    ],
    ids=lambda value: repr(value[:24]) if isinstance(value, bytes) else None,
)
def test_what_is_no_safe_json_object_is_refused(raw: bytes, detail: str) -> None:
    with pytest.raises(Malformed) as refused:
        json_body.parse(raw)
    assert detail in refused.value.detail


@pytest.mark.parametrize(
    ("raw", "member"),
    [
        (b'{"a":1,"a":2}', "a"),
        (b'{"a":1,"\\u0061":1}', "a"),
        (b'{"x":[{"b":1,"c":2,"b":3}]}', "b"),
        (b'{"a":1,"a":2,"b" :3}', "a"),
        (b'{"a":":","a":"\\":\\"" , "b"\t:3}', "a"),
    ],
)
def test_a_double_member_is_named(raw: bytes, member: str) -> None:
    with pytest.raises(Malformed) as refused:
        json_body.parse(raw)
    assert refused.value.member == member


@pytest.mark.parametrize(
    ("raw", "is_tame"),
    [
        (b'{"a":99999999999999,"b":-99999999999999.99}', True),
        (b'{"a":33.333333333333336}', True),
        (b'{"a":100000000000000}', False),
        (b'{"a":-100000000000000.0}', False),
        (b'{"a":{"b":[1E+14]}}', False),
        (b'{"a":"100000000000000"}', True),
    ],
)
def test_a_body_is_tame_when_all_its_numbers_are(raw: bytes, *, is_tame: bool) -> None:
    assert json_body.read(raw).is_tame is is_tame


NAMES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=6)
SCALARS = st.none() | st.booleans() | st.integers(-(10**18), 10**18) | NAMES
VALUES = st.recursive(
    SCALARS | st.decimals(-1000, 1000, places=4).map(float),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=20,
)
WRITERS: list[Callable[[object], str]] = [
    json.dumps,
    lambda value: json.dumps(value, ensure_ascii=False, separators=(",", ":")),
    lambda value: json.dumps(value, indent=2, separators=(" ,", " :\t")),
]


@given(st.dictionaries(NAMES, VALUES), st.sampled_from(WRITERS))
@settings(max_examples=300, deadline=None)
def test_valid_json_is_read_as_the_standard_library_reads_it(
    value: dict[str, Any], write: Callable[[object], str]
) -> None:
    text = write(value)
    assert json_body.parse(text.encode()) == json.loads(text, parse_float=Decimal)


@given(st.dictionaries(NAMES, VALUES, min_size=1), VALUES, st.sampled_from(WRITERS), st.booleans())
@settings(max_examples=300, deadline=None)
def test_a_double_member_is_found_wherever_it_stands(
    value: dict[str, Any],
    again: object,
    write: Callable[[object], str],
    is_deep: bool,
) -> None:
    name = next(iter(value))
    text = write(value).strip()
    doubled = f"{text[:-1]}, {json.dumps(name)} : {write(again)}}}"
    raw = f'{{"outer":[{doubled}]}}' if is_deep else doubled
    with pytest.raises(Malformed) as refused:
        json_body.parse(raw.encode())
    assert refused.value.member == name


@pytest.mark.parametrize(
    "raw",
    [
        b'{"a":[' + b"{}," * 1_300_000 + b"{}]}",
        b'{"a":[' + b"1.5," * 1_000_000 + b"1]}",
        b'{"a":"' + b"\\ud83d\\ude00" * 340_000 + b'"}',
        b'{"a":"' + b'\\"' * 2_000_000 + b'"}',
        b'{"a":1.' + b"1" * 4_000_000 + b"}",
        b"[" * 4_000_000,
    ],
    ids=["objects", "numbers", "characters", "quotes", "digits", "lists"],
)
def test_the_largest_hostile_bodies_cost_little(raw: bytes) -> None:
    began = time.process_time()
    try:
        json_body.parse(raw)
    except Malformed as refused:
        assert refused.detail  # noqa: PT017 (refused or read: what counts is the cost)
    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        (b'{"a":"x\\u0000y"}', {"a": "x\ufffdy"}),
        (b'{"\\u0000":1}', {"\ufffd": 1}),
        (b'{"a":"\\\\\\u0000"}', {"a": "\\\ufffd"}),
    ],
)
def test_a_character_no_database_keeps_is_read_as_its_replacement(
    raw: bytes, read: dict[str, object]
) -> None:
    assert json_body.parse(raw) == read


def test_numbers_as_large_as_a_double_may_travel() -> None:
    assert json_body.parse(b'{"a":1.7e308}') == {"a": Decimal("1.7e308")}
