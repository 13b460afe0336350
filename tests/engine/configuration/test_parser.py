"""Expressions: what they mean, and that nothing but a declared fault comes of any text."""

import random
import time
from decimal import Decimal

import pytest

from engine.configuration.evaluation import truth
from engine.configuration.faults import Fault
from engine.configuration.functions import Names
from engine.configuration.model import Option, Variable
from engine.configuration.parser import condition

PIECES = (
    *("is", "num", "in", "sum", "min", "max", "count", "if", "attr", "price", "has", "__import__"),
    *(
        "(",
        ")",
        ",",
        "'",
        '"',
        "\\'",
        "\\",
        "''",
        "=",
        "<",
        ">=",
        "<>",
        "!",
        "!=",
        "=>",
        "<=>",
        "->",
    ),
    *("AND", "or", "NOT", "IFF", "implies", "IN", "TRUE", "false", "||", "&&", "+", "-", "*", "/"),
    *("Drive", "'Drive'", "'3.0 kW'", "Belt", "3.0", "1e9", "0", "999999999999999999999", "0.5"),
    *(" ", "\n", "\0", "é", "\u2019", "漢", "\ud800", "__class__", "lambda: 0", "; DROP", "#", "$"),
)


def names() -> Names:
    drives = (
        Option(value="1.5 kW", number=Decimal("1.5")),
        Option(value="3.0 kW", number=Decimal(3)),
    )
    belts = (Option(value="Standard"), Option(value="it's heavy"))
    return Names(
        [
            Variable(name="Drive", options=drives),
            Variable(name="Belt", options=belts),
        ]
    )


@pytest.mark.parametrize(
    ("expression", "build", "told"),
    [
        ("is('Drive','3.0 kW')", (1, 0), True),
        ("NOT is('Drive','3.0 kW') OR FALSE", (1, 0), False),
        ("num(Drive) * 2 >= 3", (0, 0), True),
        ("num(Drive) > 1.5", (0, 0), False),
        ("Belt = 'it''s heavy'", (0, 1), True),
        ('Belt = "it\'s heavy"', (0, 1), True),
        ("Belt = \\'Standard\\'", (0, 0), True),
        ("Belt IN ('Standard', 'it''s heavy')", (0, 1), True),
        ("Drive NOT IN ('1.5 kW')", (0, 0), False),
        ("num(Belt) = 1", (0, 0), None),
        ("NOT (num(Belt) = 1)", (0, 0), None),
        ("num(Belt) = 1 OR num(Drive) = 1.5", (0, 0), True),
        ("TRUE => FALSE => FALSE", (0, 0), True),
        ("TRUE IFF num(Drive) = 3", (1, 0), True),
        ("1 + 2 * 3 = 7 AND -2 + 3 = 1", (0, 0), True),
        ("if(is(Drive,'3.0 kW'), 10, 20) = 10", (1, 0), True),
        ("count(is(Drive,'3.0 kW'), is(Belt,'Standard')) = 2", (1, 0), True),
        ("atleast(1, is(Drive,'3.0 kW'), TRUE)", (0, 0), True),
        ("max(num(Drive), 2) - min(1, num(Drive)) = 2", (1, 0), True),
        ("abs(num(Drive) - 5) = 2", (1, 0), True),
        ("0.1 + 0.2 = 0.3", (0, 0), True),
        ("num(Drive) / 3 * 3 = num(Drive)", (1, 0), True),
        ("any('Standard', Belt) && selected(Drive)", (0, 0), True),
    ],
)
def test_an_expression_says_what_it_says(
    expression: str, build: tuple[int, int], told: bool | None
) -> None:
    assert truth(condition(expression, names()), build) is told


@pytest.mark.parametrize(
    ("expression", "code", "at"),
    [
        ("is('Drive','3.0 kW'", "syntax_error", 20),
        ("is('Drive', 'x')", "unknown_option", 13),
        ("Drvie = '3.0 kW'", "unknown_variable", 1),
        ("TRUE AND nun(Drive) > 3", "unknown_function", 10),
        ("TRUE @ FALSE", "syntax_error", 6),
        ("num(Drive) > 'x'", "not_a_number", 14),
        ("", "syntax_error", 1),
    ],
)
def test_a_fault_says_where_it_is(expression: str, code: str, at: int) -> None:
    with pytest.raises(Fault) as fault:
        condition(expression, names())
    assert (fault.value.code, fault.value.at) == (code, at)


def fuzz(chance: random.Random, known: Names) -> str:
    """Some text, parsed; the code of its fault, or empty where it is an expression."""
    text = "".join(chance.choice(PIECES) for _ in range(chance.randint(1, 40)))
    if chance.random() < 0.3:
        text = "is('Drive','3.0 kW') " + text
    try:
        found = condition(text, known)
        truth(found, (0, 0))
    except Fault as fault:
        return fault.code
    return ""


def test_any_text_is_an_expression_or_a_declared_fault() -> None:
    chance, known = random.Random(11), names()  # noqa: S311 (the same ones every time)
    codes = {fuzz(chance, known) for _ in range(20_000)}
    assert {"", "syntax_error", "text_not_closed"} <= codes
    assert len(codes) < 20


@pytest.mark.soak
def test_a_minute_of_any_text() -> None:
    chance, known = random.Random(12), names()  # noqa: S311 (as above)
    until, tried = time.monotonic() + 60, 0
    while time.monotonic() < until:
        fuzz(chance, known)
        tried += 1
    assert tried > 100_000


@pytest.mark.parametrize(
    "text", ["(" * 100_000, "NOT " * 1_000, "-" * 4_000, "1" * 4_000, "a" * 4_000]
)
def test_long_and_deep_texts_are_faults(text: str) -> None:
    with pytest.raises(Fault):
        condition(text, names())
