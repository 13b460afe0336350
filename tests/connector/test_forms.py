"""Forms are read into the JSON value that the schema of a body describes."""

from typing import Any

import pytest

from connector.forms import MOST_VALUES, is_form, read
from connector.json_body import Malformed

URLENCODED = "application/x-www-form-urlencoded"
NUL = "\N{REPLACEMENT CHARACTER}"
NAME = {"type": "string", "nullable": True, "minLength": 1}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "name": NAME,
        "text": {"type": "string", "nullable": True},
        "strict": {"type": "string", "minLength": 1},
        "price": {"nullable": True, "oneOf": [{"type": "number"}, {"pattern": "x"}]},
        "ids": {"type": "array", "items": {"type": "integer"}},
        "names": {"type": "array", "items": NAME},
        "map": {
            "oneOf": [
                {"type": "object", "additionalProperties": {"type": "array", "items": NAME}},
                {"type": "array", "maxItems": 0},
            ]
        },
    },
}


@pytest.mark.parametrize(
    ("form", "value"),
    [
        ("", {}),
        ("name=&text=&strict=&price=", {"name": None, "text": "", "strict": "", "price": None}),
        ("ids[]=1&ids[]=2", {"ids": ["1", "2"]}),
        ("ids[9]=b&ids[10]=c&ids[0]=a", {"ids": ["a", "b", "c"]}),
        ("ids[x]=1", {"ids": {"x": "1"}}),
        ("ids[01]=1", {"ids": {"01": "1"}}),
        ("ids=5", {"ids": "5"}),
        ("names[]=&names[]=a", {"names": [None, "a"]}),
        ("map[a][]=1&map[a][]=&map[b]=x", {"map": {"a": ["1", None], "b": "x"}}),
        ("map[]=1", {"map": ["1"]}),
        ("map[1]=1", {"map": {"1": "1"}}),
        ("other[a][b]=c", {"other": {"a": {"b": "c"}}}),
        ("a+b=c+d&e%2Bf=g", {"a b": "c d", "e+f": "g"}),
        ("ids[7]=g&ids[]=h&ids[3]=c&ids[]=i", {"ids": ["c", "g", "h", "i"]}),
        ("ids[999999999]=a&ids[]=b", {"ids": {"999999999": "a", "1000000000": "b"}}),
        (
            "map[a][]=1&map[b][5]=2&map[a][]=3&map[b][]=4",
            {"map": {"a": ["1", "3"], "b": ["2", "4"]}},
        ),
        ("a%00b=%00&map[c%00][]=d", {f"a{NUL}b": NUL, "map": {f"c{NUL}": ["d"]}}),
    ],
)
def test_names_and_the_schema_say_what_a_value_is(form: str, value: object) -> None:
    assert read(form.encode(), URLENCODED, SCHEMA) == value


def test_as_many_values_as_there_may_be_are_read() -> None:
    form = "&".join("ids[]=1" for _ in range(MOST_VALUES))
    for same in (form, f"{form}&", f"&&{form.replace('&', '&&')}&&"):
        assert read(same.encode(), URLENCODED, SCHEMA)["ids"] == ["1"] * MOST_VALUES
    with pytest.raises(Malformed):
        read(f"{form}&ids[]=1".encode(), URLENCODED, SCHEMA)


def test_a_name_that_is_told_in_two_ways_is_told_twice() -> None:
    for form in (f"a%00b=1&a{NUL}b=2", "ids[]=1&ids[0]=2", "ids[1]=1&ids[0]=1&ids[]=1&ids[2]=1"):
        with pytest.raises(Malformed, match="twice"):
            read(form.encode(), URLENCODED, SCHEMA)


def test_parts_have_no_nul_in_their_names_either() -> None:
    parts = b'--x\r\nContent-Disposition: form-data; name="a\0b"\r\n\r\nc\0\r\n--x--\r\n'
    told = read(parts, "multipart/form-data; boundary=x", SCHEMA)
    assert told == {f"a{NUL}b": f"c{NUL}"}


@pytest.mark.parametrize(
    ("media_type", "taken"),
    [
        (URLENCODED, True),
        (f'{URLENCODED} ; charset="utf-8"', True),
        (f"{URLENCODED}; charset=cp1252", False),
        ("multipart/form-data; boundary=abc", True),
        ('multipart/form-data; boundary="a b c"', True),
        ("multipart/form-data", False),
        ("multipart/form-data; boundary=", False),
        ("application/json", False),
        ("", False),
    ],
)
def test_a_form_is_known_by_its_media_type(media_type: str, taken: object) -> None:
    assert is_form(media_type) is taken
