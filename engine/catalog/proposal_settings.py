"""Reading how a tenant wants its proposals from a row of settings."""

import re
from typing import Final

from engine.catalog.cells import Cells
from engine.catalog.settings import ProposalPolicy

NAMES: Final = ("accept_online", "seller", "proposal_terms", "proposal_language", "accent")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z]{2})?\Z", re.ASCII)
_COLOUR = re.compile(r"#[0-9a-f]{6}\Z", re.ASCII)
_MOST_LANGUAGES = 40
_MOST_LINES = 8
_LONGEST_LINE = 200
_MOST_TERMS = 40
_LONGEST_TERM = 4_000


def proposal_policy(cells: Cells, known: ProposalPolicy) -> ProposalPolicy:
    """The policy a row describes, over what is `known` of it."""
    accent = cells.text("accent", known.accent).lower()
    if accent and not _COLOUR.match(accent):
        raise cells.wrong("accent", "is no colour such as #1f5fa8")
    seller = known.seller
    if "seller" in cells:
        seller = _texts(cells, "seller", _MOST_LINES, _LONGEST_LINE)
    language = cells.text("proposal_language", known.language)
    if not _LANGUAGE.match(language):
        raise cells.wrong("proposal_language", "is no language such as en or nb")
    return ProposalPolicy(
        accept_online=cells.flag("accept_online", default=known.accept_online),
        language=language,
        seller=seller,
        terms={**known.terms, **_terms(cells)},
        accent=accent,
    )


def _terms(cells: Cells) -> dict[str, tuple[str, ...]]:
    members = cells.members("proposal_terms")
    if len(members) > _MOST_LANGUAGES:
        raise cells.wrong("proposal_terms", f"holds more than {_MOST_LANGUAGES} languages")
    terms = {}
    for each in members:
        language = each.key("key")
        if not _LANGUAGE.match(language):
            raise cells.wrong("proposal_terms", f"{language[:40]!r} is no language such as en")
        terms[language] = _texts(each, "value", _MOST_TERMS, _LONGEST_TERM)
    return terms


def _texts(cells: Cells, name: str, most: int, longest: int) -> tuple[str, ...]:
    texts = cells.texts(name)
    if len(texts) > most or any(len(each) > longest for each in texts):
        raise cells.wrong(
            name, f"holds more than {most} texts, or one of over {longest} characters"
        )
    return texts
