"""Pages: every text is shown as it is spelled, nothing runs, nothing is loaded from elsewhere."""

import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from connector.documents import page
from connector.documents.page import Frame
from connector.documents.view import view_of
from engine.proposals.document import Document, Template
from tests.connector.documents.samples import HOSTILE, PROPOSAL, hostile

FRAME = Frame(
    language="en", notice="is_open", download="t/document", kind="PDF", sha256="ab" * 32,
    form="t/accept",
)  # fmt: skip
HARMLESS = {
    *("html", "head", "meta", "title", "style", "body", "main", "header", "section", "footer"),
    *("h1", "h2", "p", "dl", "div", "dt", "dd", "table", "caption", "thead", "tbody", "tr", "th"),
    *("td", "ul", "ol", "li", "span", "br", "strong", "small", "code", "details", "summary"),
    *("svg", "rect", "form", "label", "input", "button", "a"),
}


class Read(HTMLParser):
    """The elements of a page, their attributes, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.texts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def shown(document: Document) -> str:
    return page.framed(page.written(view_of(document, "9f" * 32)), FRAME)


def test_a_page_tells_what_is_offered() -> None:
    text = " ".join(Read(shown(PROPOSAL)).texts)
    for part in (
        *("Proposal P-2026-000001", "Extraction for line 4", "Q-2026-000017, version 2"),
        *("November 21, 2026", "December 31, 2026", "Varnholt Vacuum Works", "3516 Hønefoss"),
        *("ACME Manufacturing Inc.", "Industrial vacuum unit", "VX-2000", "4 pcs", "11,250.00"),
        *("Drive:", "3.0 kW", "(+500.00)", "Coverage level:", "50,000.00", "10 %", "45,000.00"),
        *("per year, 36 months, from January 1, 2027", "Your agreement", "−1,250.00"),
        *("List prices", "60,800.00", "−5,000.00", "Tax 25 %", "13,950.00", "€69,750.00"),
        *("One-time, net", "Recurring, net, per year", "3,600.00", "Payment 30 days net."),
        *("This proposal can be accepted until December 31, 2026.", "9f" * 32, "ab" * 32),
    ):
        assert part in text, part


def test_a_brief_page_says_no_word_of_how_prices_came_about() -> None:
    text = shown(replace(PROPOSAL, template=Template.BRIEF))
    assert "Your agreement" not in text
    assert "45,000.00" in text


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_becomes_markup(text: str) -> None:
    read, plain = Read(shown(hostile(text))), Read(shown(PROPOSAL))
    assert set(read.elements) <= HARMLESS
    assert {name for _, name, _ in read.attributes} <= {name for _, name, _ in plain.attributes}
    told = " ".join("".join(read.texts).split())
    assert told.count(" ".join(text.split())) >= 8


def test_nothing_is_loaded_and_nothing_runs() -> None:
    read = Read(shown(PROPOSAL))
    assert not {"script", "link", "img", "iframe", "object", "base"} & set(read.elements)
    for element, name, value in read.attributes:
        assert not name.startswith("on"), name
        assert name != "style"
        assert "//" not in value, (element, name, value)
        assert (element, name) == ("a", "href") or name not in {"src", "href"}


def test_the_policy_allows_the_one_style_sheet_and_no_more() -> None:
    text = shown(PROPOSAL)
    [style] = re.findall("<style>(.*?)</style>", text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert page.policy(text) == (
        f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    )
    assert "url(" not in style
    assert "@import" not in style


def test_a_page_can_be_read_aloud() -> None:
    read = Read(shown(PROPOSAL))
    assert ("html", "lang", "en") in read.attributes
    assert read.elements.count("h1") == 1
    assert read.elements.count("table") == 3, "lines, how one price came about, totals"
    assert read.elements.count("caption") == 2
    scopes = [
        value for element, name, value in read.attributes if (element, name) == ("th", "scope")
    ]
    assert len(scopes) == read.elements.count("th")
    assert {("label", "for", "name"), ("input", "id", "name")} <= set(read.attributes)


def test_an_accent_is_the_tenants_own() -> None:
    assert "--accent: #aa2200" in shown(replace(PROPOSAL, accent="#aa2200"))


@pytest.mark.parametrize(
    ("language", "heading"), [("nb", "Tilbudet kan"), ("de", "Dieses Angebot")]
)
def test_a_page_that_is_gone_says_so(language: str, heading: str) -> None:
    read = Read(page.told("gone", language))
    assert any(text.startswith(heading) for text in read.texts)
    assert ("html", "lang", language) in read.attributes
