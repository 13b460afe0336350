"""Our sentences: every code in every language, with the same blanks to fill."""

import re
import string
import tomllib
from decimal import Decimal as D
from pathlib import Path

import pytest

from connector.superoffice import texts

SENTENCES = Path(texts.__file__).parent / "sentences"
ENGLISH = tomllib.loads((SENTENCES / "en.toml").read_text("utf-8"))


def blanks(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


@pytest.mark.parametrize("language", ["nb", "sv", "da", "de", "fr"])
def test_every_sentence_is_said_in_every_language_with_the_same_blanks(language: str) -> None:
    theirs = tomllib.loads((SENTENCES / f"{language}.toml").read_text("utf-8"))
    assert theirs.keys() == ENGLISH.keys()
    assert {code: blanks(text) for code, text in theirs.items()} == {
        code: blanks(text) for code, text in ENGLISH.items()
    }


@pytest.mark.parametrize(
    ("culture", "language"),
    [
        ("nb-NO", "nb"),
        ("nn-NO", "nb"),
        ("no", "nb"),
        ("sv-SE", "sv"),
        ("DE_de", "de"),
        ("fr", "fr"),
        ("pt-BR", "en"),
        ("", "en"),
        (None, "en"),
        (7, "en"),
    ],
)
def test_a_culture_is_answered_in_the_nearest_language(culture: object, language: str) -> None:
    assert texts.language_of(culture) == language


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("en", "1,234,567.50"),
        ("de", "1.234.567,50"),
        ("nb", "1\N{NO-BREAK SPACE}234\N{NO-BREAK SPACE}567,50"),
        ("fr", "1\N{NARROW NO-BREAK SPACE}234\N{NARROW NO-BREAK SPACE}567,50"),
    ],
)
def test_numbers_are_written_as_the_language_writes_them(language: str, written: str) -> None:
    assert texts.number(D("1234567.5"), language) == written


def test_whole_numbers_and_fine_prices_keep_their_digits() -> None:
    assert [texts.number(D(n), "en") for n in ("12", "12.00", "0.0125")] == ["12", "12", "0.0125"]


def test_a_text_without_a_reader_is_said_in_all_languages_at_once() -> None:
    said = texts.everywhere("search_price_list")
    assert re.fullmatch(r'([A-Z]{2}:"[^"]+")(;[A-Z]{2}:"[^"]+")*', said)
    assert {'NO:"Prisliste"', 'GE:"Preisliste"', 'US:"Price list"'} <= set(said.split(";"))
