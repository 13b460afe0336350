"""Pages for people: the document, and around it what stands at its address today.

The document's page is made once and kept; it holds two places for what changes. Nothing in it
runs, and nothing is loaded from elsewhere: its one style sheet stands in it, and the policy
names that by its hash.
"""

import base64
import hashlib
import re
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from connector.documents.texts import words_of
from connector.documents.view import USUAL_ACCENT, View

NOTICE = "<!--notice-->"
ACT = "<!--act-->"
"""The places for what changes; the texts of a document cannot hold them, being escaped."""

_STYLE = re.compile("<style>(.*?)</style>", re.DOTALL)
_PAGES = Environment(
    loader=PackageLoader("connector.documents"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_CSS = (files("connector.documents") / "templates" / "proposal.css").read_text("utf-8")


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What stands around a document today.

    `notice` names the text that tells where it stands; `form` is where its acceptance is posted
    to, empty where it cannot be; `fault` names what was wrong with what was posted.
    """

    language: str
    notice: str
    download: str
    kind: str
    sha256: str
    form: str = ""
    fault: str = ""
    name: str = ""


def written(view: View) -> str:
    """The page of a document."""
    return _PAGES.get_template("proposal.html").render(view, css=_css(view["accent"]))


def framed(page: str, frame: Frame) -> str:
    """A document's page with what stands at its address today."""
    words = words_of(frame.language)
    notice = _PAGES.get_template("notice.html").render(frame=frame, words=words)
    act = _PAGES.get_template("act.html").render(frame=frame, words=words)
    before, _, rest = page.partition(NOTICE)
    document, _, after = rest.partition(ACT)
    return f"{before}{notice}{document}{act}{after}"


def told(name: str, language: str = "en") -> str:
    """A page that says one thing and why, such as `gone`."""
    words = words_of(language)
    page = _PAGES.get_template("told.html")
    return page.render(
        language=language,
        heading=words[name],
        lead=words[f"{name}_lead"],
        css=_css(USUAL_ACCENT),
    )


def policy(page: str) -> str:
    """The content security policy of a page: its own style, and nothing else."""
    found = _STYLE.search(page)
    digest = hashlib.sha256(found[1].encode() if found else b"").digest()
    style = f"'sha256-{base64.b64encode(digest).decode()}'"
    return (
        f"default-src 'none'; style-src {style}; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    )


def _css(accent: str) -> Any:
    """The style sheet, which is ours, with a colour that was checked when it was set."""
    return Markup(_CSS.replace("ACCENT", accent))  # noqa: S704 (no text from outside)
