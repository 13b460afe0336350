"""The words of documents: `texts/<language>.toml` holds one text per name."""

import tomllib
from functools import lru_cache
from importlib.resources import files

from babel import Locale, UnknownLocaleError

LANGUAGES = ("en", "nb", "sv", "da", "de", "fr")
_SAME_AS = {"no": "nb", "nn": "nb"}


def locale_of(language: str) -> Locale | None:
    """How a language such as `nb` or `de-CH` writes numbers and days; None without words for it."""
    kin, _, region = language.partition("-")
    kin = _SAME_AS.get(kin, kin)
    if kin not in LANGUAGES:
        return None
    try:
        return Locale(kin, region or None)
    except UnknownLocaleError:
        return None


def words_of(language: str) -> dict[str, str]:
    """The words of a language, English where there are none."""
    kin, _, _ = language.partition("-")
    kin = _SAME_AS.get(kin, kin)
    return _words(kin if kin in LANGUAGES else "en")


@lru_cache(maxsize=16)
def _words(language: str) -> dict[str, str]:
    source = files(__package__) / "texts" / f"{language}.toml"
    return {name: str(text) for name, text in tomllib.loads(source.read_text("utf-8")).items()}
