"""How a language writes amounts, days and terms."""

from datetime import date
from decimal import Decimal
from functools import cached_property

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal
from babel.units import format_unit

from connector.documents.texts import locale_of, words_of
from engine.pricing.rounding import decimals, plain, shown

_SIGN = "¤"
_MINUS = "−"
_PLACES = 2


class Speech:
    """A language at one currency."""

    def __init__(self, language: str, currency: str) -> None:
        self._locale = locale_of(language) or Locale("en")
        self._currency = currency
        self.words = words_of(language)

    @property
    def tag(self) -> str:
        """The language as a BCP 47 tag."""
        return str(self._locale).replace("_", "-")

    def say(self, name: str, **given: str) -> str:
        """A text with what is given filled in; texts from outside are filled in as they are."""
        return self.words[name].format_map(given)

    def money(self, amount: Decimal) -> str:
        """An amount with its currency."""
        return format_currency(amount, self._currency, locale=self._locale)

    def amount(self, amount: Decimal) -> str:
        """An amount in whole minor units, without its currency."""
        told = format_currency(abs(amount), self._currency, self._bare, locale=self._locale)
        return f"{_MINUS}{told}" if amount < 0 else told

    def unit_price(self, price: Decimal) -> str:
        """A unit price without its currency, to at most four decimals."""
        return format_currency(
            shown(price),
            self._currency,
            self._bare,
            locale=self._locale,
            decimal_quantization=False,
        )

    def change(self, delta: Decimal) -> str:
        """By how much a unit price moves, with its sign."""
        told = self.unit_price(abs(delta))
        return f"{_MINUS if delta < 0 else '+'}{told}"

    def number(self, number: Decimal) -> str:
        return format_decimal(plain(number), locale=self._locale, decimal_quantization=False)

    def percent(self, rate: Decimal) -> str:
        """A percentage (12 for 12 %) to at most two decimals."""
        return f"{self.number(decimals(rate, _PLACES))} %"

    def day(self, day: date) -> str:
        return format_date(day, "long", locale=self._locale)

    def months(self, count: Decimal) -> str:
        return format_unit(plain(count), "duration-month", locale=self._locale)

    @cached_property
    def _bare(self) -> str:
        """The pattern of amounts without a place for the currency."""
        pattern: str = self._locale.currency_formats["standard"].pattern
        first, _, _ = pattern.partition(";")
        return first.replace(_SIGN, "").strip().strip("\u200e\u200f")
