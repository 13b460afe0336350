"""A workbook's own parts: which sheets it has, its shared texts, its styles, its calendar."""

import posixpath
from dataclasses import dataclass

from connector.files import limits, numerals
from connector.files.archive import Archive
from connector.files.sheet import TOO_LONG, Book
from connector.files.xml_events import attribute, run
from engine.catalog.intake import Broken
from engine.kernel.errors import Invalid

_TEXTS = 2_000_000
_WORKBOOK = "xl/workbook.xml"


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A sheet by its title, and the part that holds it; None for one that is no worksheet."""

    title: str
    part: str | None


def sheets(archive: Archive) -> tuple[tuple[SheetPart, ...], Book]:
    """The sheets of a workbook in their order, and what they share.

    Invalid when the archive holds no such workbook, or more than 200 sheets.
    """
    path = _workbook_path(archive)
    if path not in archive:
        raise Invalid("the file holds no workbook that can be read: save it as .xlsx")
    relations = _relations(archive, path)
    found: list[tuple[str, str]] = []
    calendar: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == "sheet":
            found.append((attribute(attributes, "name"), attribute(attributes, "id")))
        elif name == "workbookPr":
            calendar.append(attribute(attributes, "date1904"))

    run(archive.open(path), start, _nothing, _nothing)
    if len(found) > limits.SHEETS:
        raise Invalid(f"the workbook has more than {limits.SHEETS} sheets")
    parts = tuple(SheetPart(title, _worksheet(relations, key)) for title, key in found)
    folder = posixpath.dirname(path)
    book = Book(
        texts=_texts(archive, _part(relations, "sharedStrings", f"{folder}/sharedStrings.xml")),
        day_styles=_day_styles(archive, _part(relations, "styles", f"{folder}/styles.xml")),
        from_1904=any(word.lower() in {"1", "true"} for word in calendar),
    )
    return parts, book


def _workbook_path(archive: Archive) -> str:
    relations = _relations(archive, "") if "_rels/.rels" in archive else {}
    return _part(relations, "officeDocument", _WORKBOOK)


def _relations(archive: Archive, source: str) -> dict[str, tuple[str, str]]:
    """By id: the last word of the relation's type, and the part it leads to."""
    folder, name = posixpath.split(source)
    path = posixpath.join(folder, "_rels", f"{name}.rels")
    relations: dict[str, tuple[str, str]] = {}

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship" and attribute(attributes, "TargetMode") != "External":
            kind = attribute(attributes, "Type").rpartition("/")[2]
            target = posixpath.normpath(posixpath.join("/", folder, attributes.get("Target", "")))
            relations[attribute(attributes, "Id")] = kind, target.lstrip("/")

    if path in archive:
        run(archive.open(path), start, _nothing, _nothing)
    return relations


def _part(relations: dict[str, tuple[str, str]], kind: str, default: str) -> str:
    return next((target for found, target in relations.values() if found == kind), default)


def _worksheet(relations: dict[str, tuple[str, str]], key: str) -> str | None:
    kind, target = relations.get(key, ("", ""))
    return target if kind == "worksheet" else None


class _Texts:
    """The shared texts, rich text as plain text, without phonetic hints."""

    def __init__(self) -> None:
        self.found: list[str | Broken] = []
        self._pieces: list[str] = []
        self._listening = False
        self._phonetic = False

    def start(self, name: str, _: dict[str, str]) -> None:
        if name == "si":
            self._pieces = []
        elif name == "rPh":
            self._phonetic = True
        self._listening = name == "t" and not self._phonetic

    def words(self, text: str) -> None:
        if self._listening:
            self._pieces.append(text)

    def end(self, name: str) -> None:
        self._listening = False
        if name == "rPh":
            self._phonetic = False
        elif name == "si":
            self._keep("".join(self._pieces))

    def _keep(self, text: str) -> None:
        if len(self.found) >= _TEXTS:
            raise Invalid(f"the workbook has more than {_TEXTS} texts")
        fits = len(text) <= limits.CELL_LENGTH
        self.found.append(numerals.unescaped(text) if fits else TOO_LONG)


def _texts(archive: Archive, path: str) -> list[str | Broken]:
    reader = _Texts()
    if path in archive:
        run(archive.open(path), reader.start, reader.end, reader.words)
    return reader.found


def _day_styles(archive: Archive, path: str) -> frozenset[int]:
    """The places of the cell styles whose number format shows days."""
    codes: dict[str, str] = {}
    formats: list[str] = []
    inside = [False]

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == "numFmt":
            codes[attribute(attributes, "numFmtId")] = attribute(attributes, "formatCode")
        elif name == "cellXfs":
            inside[0] = True
        elif name == "xf" and inside[0]:
            formats.append(attribute(attributes, "numFmtId"))

    def end(name: str) -> None:
        if name == "cellXfs":
            inside[0] = False

    if path in archive:
        run(archive.open(path), start, end, _nothing)
    days = {
        key: numerals.is_day_format(numerals.whole(key, 0), codes.get(key)) for key in set(formats)
    }
    return frozenset(place for place, key in enumerate(formats) if days[key])


def _nothing(*_: object) -> None:
    """Whatever is told is not needed."""
