"""A document as PDF, set by typst with the fonts it brings along.

The template is ours and holds no text from outside; the document is a file of data beside it
that it reads, so whatever a text spells stays text. Nothing is fetched: there are no packages,
no fonts of the machine and no folder to read from. The day it bears is the document's own, so
the same document gives the same bytes.

What is large is set in a process of its own, whose memory and time end.
"""

import re
import tempfile
from datetime import UTC, datetime
from functools import lru_cache
from importlib.resources import files
from typing import Any

import msgspec
import typst

from connector.documents import aside
from connector.documents.view import View

MANY_LINES = 300
"""More lines than this are set without how their prices came about, and without tags: five
thousand of them would take two gigabytes, and forty megabytes of paper."""

_LARGE = 128 * 1024
"""Bytes of data that are set aside; below it a document takes milliseconds."""
_TEMPLATE = "proposal.typ"
_LONG_WORD = re.compile(r"[^\s\u200b]{24}(?=[^\s\u200b])")
_BREAK = "\u200b"
"""A place where a line may end."""


def written(view: View) -> bytes:
    """The document as PDF, tagged so that it can be read aloud. Invalid where it is too much."""
    is_long = len(view["lines"]) > MANY_LINES
    given = msgspec.json.encode(_breakable(_plain(view) if is_long else view))
    if len(given) > _LARGE:
        return aside.set_in_type(given)
    return set_in_type(given)


def set_in_type(given: bytes) -> bytes:
    """The PDF of a document's texts, as JSON."""
    view = msgspec.json.decode(given)
    pdf = _set(view, given, "pdf", pdf_tags=len(view["lines"]) <= MANY_LINES)
    if not isinstance(pdf, bytes):
        raise TypeError("a PDF is one file")
    return pdf


def picture(view: View, dots_per_inch: int) -> bytes:
    """The first page of the document as PNG."""
    given = msgspec.json.encode(_breakable(view))
    pages = _set(view, given, "png", ppi=dots_per_inch)
    page: bytes = pages[0] if isinstance(pages, list) else pages
    return page


def _set(view: View, given: bytes, form: Any, **how: Any) -> Any:
    with tempfile.TemporaryDirectory() as nothing:
        return typst.compile(
            {"main.typ": _template(), "document.json": given},
            root=nothing,
            font_paths=[],
            ignore_system_fonts=True,
            package_path=nothing,
            package_cache_path=nothing,
            format=form,
            timestamp=datetime.fromisoformat(view["issued_on"]).replace(tzinfo=UTC),
            **how,
        )


@lru_cache(maxsize=1)
def _template() -> bytes:
    return (files("connector.documents") / "templates" / _TEMPLATE).read_bytes()


def _plain(view: View) -> View:
    return {**view, "lines": [{**line, "steps": []} for line in view["lines"]]}


def _breakable(value: Any) -> Any:
    """The same texts, with long words broken where a line may end."""
    if isinstance(value, str):
        return _LONG_WORD.sub(lambda found: f"{found[0]}{_BREAK}", value)
    if isinstance(value, dict):
        return {name: _breakable(each) for name, each in value.items()}
    return [_breakable(each) for each in value] if isinstance(value, list) else value
