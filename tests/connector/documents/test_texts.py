"""Every language has every word, with the same places to fill in."""

import re
from datetime import date
from decimal import Decimal as D

import pytest

from connector.documents.speech import Speech
from connector.documents.texts import LANGUAGES, locale_of, words_of

ENGLISH = words_of("en")
PLACE = re.compile(r"\{\w+\}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_says_all_that_english_says(language: str) -> None:
    words = words_of(language)
    assert words.keys() == ENGLISH.keys()
    for name, text in words.items():
        assert text.strip(), name
        assert set(PLACE.findall(text)) == set(PLACE.findall(ENGLISH[name])), name


@pytest.mark.parametrize(
    ("language", "known"),
    [("en", True), ("no", True), ("nn", True), ("de-CH", True), ("en-GB", True), ("fi", False),
     ("xx", False), ("de-QQ", False)],
)  # fmt: skip
def test_a_language_is_known_by_its_words_and_its_country(language: str, *, known: bool) -> None:
    assert (locale_of(language) is not None) is known


@pytest.mark.parametrize(
    ("language", "currency", "money", "amount", "unit_price", "day"),
    [
        ("en", "USD", "$1,234.50", "1,234.50", "0.1235", "November 21, 2026"),
        ("en-GB", "GBP", "£1,234.50", "1,234.50", "0.1235", "21 November 2026"),
        ("de", "EUR", "1.234,50 €", "1.234,50", "0,1235", "21. November 2026"),
        ("de-CH", "CHF", "CHF 1’234.50", "1’234.50", "0.1235", "21. November 2026"),
        ("nb", "NOK", "1 234,50 kr", "1 234,50", "0,1235", "21. november 2026"),
        ("fr", "EUR", "1 234,50 €", "1 234,50", "0,1235", "21 novembre 2026"),
        ("en", "JPY", "¥1,234", "1,234", "0.1235", "November 21, 2026"),
        ("en", "KWD", "KWD1,234.500", "1,234.500", "0.1235", "November 21, 2026"),
    ],
)
def test_a_language_writes_amounts_and_days_its_way(
    language: str, currency: str, money: str, amount: str, unit_price: str, day: str
) -> None:
    speech = Speech(language, currency)
    whole = D(1234) if currency == "JPY" else D("1234.50")
    said = (speech.money(whole), speech.amount(whole), speech.unit_price(D("0.12345")))
    assert tuple(re.sub(r"\s", " ", each) for each in said) == (money, amount, unit_price)
    assert speech.day(date(2026, 11, 21)) == day


def test_changes_bear_their_sign() -> None:
    speech = Speech("en", "EUR")
    assert [speech.change(D(-3)), speech.change(D("0.5")), speech.amount(D(-12))] == [
        "−3.00",
        "+0.50",
        "−12.00",
    ]
    assert speech.percent(D("12.345")) == "12.35 %"
    assert speech.months(D("1.5")) == "1.5 months"
