"""Currencies: ISO 4217 codes and how many digits their minor unit has (CLDR data, by babel)."""

import re
from dataclasses import dataclass
from functools import lru_cache

from babel.core import get_global
from babel.numbers import get_currency_name, get_currency_precision

_ISO = re.compile(r"[A-Z]{3}\Z")


@dataclass(frozen=True, slots=True)
class Currency:
    """One currency: its ISO code and the number of decimals of its minor unit."""

    code: str
    digits: int


@lru_cache(maxsize=512)
def currency(code: str) -> Currency:
    """The currency called `code`, in any letter case; ValueError when ISO knows none."""
    iso = code.upper()
    if not _ISO.match(iso) or iso not in get_global("all_currencies"):
        raise ValueError(f"{code!r} is no ISO 4217 currency")
    return Currency(iso, get_currency_precision(iso))


def name(code: str, locale: str = "en") -> str:
    """The display name of a currency, for people who read `locale`."""
    return str(get_currency_name(code, locale=locale))
