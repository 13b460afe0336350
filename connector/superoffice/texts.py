"""Our own sentences in the user's language.

`sentences/<language>.toml` holds one sentence per code; numbers are written as the
language writes them. Texts that reach the CRM without a user in sight use its
multi-language form `US:"…";NO:"…"`.
"""

import tomllib
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files

from babel import Locale

_FALLBACK = "en"
_LANGUAGES = {"nb": "NO", "sv": "SW", "da": "DA", "de": "GE", "fr": "FR", "en": "US"}
"""Our languages, each with the code SuperOffice has for it (which is no ISO code)."""

_SAME_AS = {"no": "nb", "nn": "nb"}
_LEAST_DECIMALS = 2
_LONGEST = 200
"""Characters of somebody else's text that a sentence repeats."""


def language_of(culture: object) -> str:
    """Our language for a culture name such as `nb-NO`; English where we have none."""
    if not isinstance(culture, str):
        return _FALLBACK
    if culture in _LANGUAGES:
        return culture
    language = culture.replace("_", "-").partition("-")[0].strip().lower()
    language = _SAME_AS.get(language, language)
    return language if language in _LANGUAGES else _FALLBACK


def knows(code: str) -> bool:
    """Whether there is a sentence for `code`."""
    return code in _sentences(_FALLBACK)


def say(code: str, culture: object, **params: object) -> str:
    """The sentence for `code` in the language of `culture`, filled with `params`.

    Decimals are written with the language's separators, long texts are cut. An unknown code is
    said as it is.
    """
    language = language_of(culture)
    sentence = _sentences(language).get(code)
    if sentence is None:
        return code
    return sentence.format(**{name: _shown(value, language) for name, value in params.items()})


def everywhere(code: str, **params: object) -> str:
    """The sentence for `code` in all languages, in SuperOffice's multi-language form."""
    said = ((their, say(code, ours, **params)) for ours, their in _LANGUAGES.items())
    return ";".join(f'{language}:"{_unquoted(text)}"' for language, text in said)


@lru_cache(maxsize=64)
def every(code: str) -> frozenset[str]:
    """The sentence for `code` in each of our languages."""
    return frozenset(_sentences(language)[code] for language in _LANGUAGES)


def number(value: Decimal, language: str) -> str:
    """A number for people: grouped, at least two decimals where it has any."""
    whole, point, decimals = f"{value:,f}".partition(".")
    group, separator = _symbols(language)
    decimals = decimals.rstrip("0")
    if point and decimals:
        decimals = decimals.ljust(_LEAST_DECIMALS, "0")
    return whole.replace(",", group) + (separator + decimals if decimals else "")


def _shown(value: object, language: str) -> object:
    if isinstance(value, Decimal):
        return number(value, language)
    if isinstance(value, str) and len(value) > _LONGEST:
        return value[: _LONGEST - 1] + "…"
    return value


@lru_cache(maxsize=16)
def _symbols(language: str) -> tuple[str, str]:
    symbols = Locale(language).number_symbols["latn"]
    return symbols["group"], symbols["decimal"]


@lru_cache(maxsize=16)
def _sentences(language: str) -> dict[str, str]:
    source = files(__package__) / "sentences" / f"{language}.toml"
    return {code: str(text) for code, text in tomllib.loads(source.read_text("utf-8")).items()}


def _unquoted(text: str) -> str:
    return text.replace('"', "'")
