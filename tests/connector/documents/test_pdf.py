"""PDFs: the same bytes for the same document; no text is taken for markup; nothing is fetched."""

import socket
from dataclasses import replace
from pathlib import Path

import pytest

from connector.documents import aside, pdf
from connector.documents.view import view_of
from engine.kernel.errors import Invalid, Unavailable
from engine.proposals.document import Document
from tests.connector.documents.samples import HOSTILE, PROPOSAL, hostile, of_lines

FINGERPRINT = "9f" * 32


def written(document: Document) -> bytes:
    return pdf.written(view_of(document, FINGERPRINT))


def test_the_same_document_gives_the_same_bytes_wherever_it_is_set(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    first = written(PROPOSAL)
    assert first.startswith(b"%PDF-1.")
    monkeypatch.chdir(tmp_path)
    for name in ("HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1")
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    assert written(PROPOSAL) == first
    assert b"D:20261121" in first, "the day it bears is the document's"
    assert written(replace(PROPOSAL, title="Another")) != first
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_is_taken_for_markup(text: str) -> None:
    """Each of these would end in an error, or in another document, were it more than text."""
    pdf_bytes = written(hostile(text))
    assert pdf_bytes.startswith(b"%PDF-1.")
    assert written(hostile(text)) == pdf_bytes


def test_what_looks_like_code_is_shown() -> None:
    """The author stands in the clear in a PDF: as it was spelled."""
    party = replace(PROPOSAL.seller, name="#panic(1) $x$ #sys.version")
    assert b"#panic(1) $x$ #sys.version" in written(replace(PROPOSAL, seller=party))


def test_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("somebody opens a connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    assert written(hostile('#import "@preview/cetz:0.3.0"')).startswith(b"%PDF-1.")


def test_only_embedded_fonts_are_used() -> None:
    text = written(PROPOSAL).decode("latin-1")
    fonts = {part.partition("+")[2][:10] for part in text.split("/BaseFont/")[1:]}
    assert fonts
    assert {name[:6] for name in fonts} <= {"Libert", "DejaVu"}


def test_long_documents_are_set_aside_and_come_out_small() -> None:
    """500 lines: without tags and without how prices came about, in a process of their own."""
    long = written(of_lines(500))
    assert long.startswith(b"%PDF-1.")
    assert len(long) < 1_000_000
    assert b"StructTreeRoot" not in long
    assert b"StructTreeRoot" in written(of_lines(20)), "shorter ones can be read aloud"


def test_what_takes_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aside, "SECONDS", 0)
    with pytest.raises(Invalid, match="takes more than 0 seconds"):
        written(of_lines(1_000))


def test_at_most_two_are_set_aside_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    class Taken:
        def acquire(self, *, blocking: bool) -> bool:
            return blocking

    monkeypatch.setattr(aside, "_AT_ONCE", Taken())
    with pytest.raises(Unavailable):
        written(of_lines(1_000))
