"""A document written out in the format that was asked for, with the page people read."""

from connector.documents import data, page, pdf, ubl
from connector.documents.view import view_of
from engine.proposals.document import Document
from engine.proposals.proposal import Format, Rendered, digest

CONTENT_TYPES = {
    Format.HTML: "text/html; charset=utf-8",
    Format.PDF: "application/pdf",
    Format.JSON: "application/json",
    Format.UBL: "application/xml",
}
ENDINGS = {Format.HTML: "html", Format.PDF: "pdf", Format.JSON: "json", Format.UBL: "xml"}


def render(document: Document, written_as: Format) -> Rendered:
    """The same document gives the same bytes, at any time and on any machine."""
    as_data = data.written(document)
    fingerprint = digest(as_data)
    view = view_of(document, fingerprint)
    as_page = page.written(view)
    match written_as:
        case Format.HTML:
            content = as_page.encode()
        case Format.PDF:
            content = pdf.written(view)
        case Format.JSON:
            content = as_data
        case Format.UBL:
            content = ubl.written(document)
    return Rendered(content=content, page=as_page, fingerprint=fingerprint)
