import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.catalog import wildcard


@pytest.mark.parametrize(
    ("text", "pattern", "expected"),
    [
        ("pump", "pump", True),
        ("pump", "um", False),
        ("pump", "%um%", True),
        ("pump", "p%p", True),
        ("p", "p%p", False),
        ("pump", "%", True),
        ("", "%", True),
        ("", "", True),
        ("aba", "a%ba%a", False),
    ],
)
def test_the_whole_text_is_compared(text: str, pattern: str, expected: bool) -> None:
    assert wildcard.equals(text, pattern) is expected


short = st.text("ab%", max_size=8)


@given(st.text("ab", max_size=12), short)
def test_it_agrees_with_regular_expressions(text: str, pattern: str) -> None:
    regex = re.compile(".*".join(map(re.escape, pattern.split("%"))), re.DOTALL)
    assert wildcard.equals(text, pattern) is (regex.fullmatch(text) is not None)
    assert wildcard.contains(text, pattern) is (regex.search(text) is not None)
    assert wildcard.begins(text, pattern) is (regex.match(text) is not None)


def test_a_pattern_of_many_wildcards_costs_no_more_than_the_text() -> None:
    assert not wildcard.contains("a" * 20_000, "a%" * 5_000 + "b")
