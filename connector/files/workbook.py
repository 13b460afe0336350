"""The reference workbook: sheets by position, row 1 the headings, columns by position.

Where headings name known columns in another order, the headings win.
"""

from collections.abc import Mapping

from connector.files import limits
from connector.files.archive import Archive
from connector.files.book import SheetPart, sheets
from connector.files.columns import SHEETS, Columns, headings, matched
from connector.files.sheet import Book, rows
from engine.catalog.intake import Cell, Kind, Remark, Row, Table, Upload
from engine.catalog.listing import ListName


def read(content: bytes) -> Upload:
    """The upload that the workbook in `content` holds; Invalid when it is none."""
    archive = Archive(limits.checked(content))
    parts, book = sheets(archive)
    tables = tuple(
        _table(archive, book, part, layout)
        for part, layout in zip(parts, SHEETS, strict=False)
        if layout is not None
    )
    missing = tuple(
        Remark("", 0, "", f"the workbook has no sheet {place + 1} for {layout[0]}")
        for place, layout in enumerate(SHEETS)
        if layout is not None and place >= len(parts)
    )
    return Upload(tables=tables, remarks=missing)


def _table(
    archive: Archive, book: Book, sheet: SheetPart, layout: tuple[Kind, Columns, ListName | None]
) -> Table:
    kind, columns, list_name = layout
    found = rows(archive.open(sheet.part), book) if sheet.part else {}
    places = _places(found.pop(1, {}), columns)
    return Table(
        kind=kind,
        title=sheet.title,
        rows=tuple(_rows(found, places)),
        headings=headings(columns),
        list_name=list_name,
    )


def _rows(found: Mapping[int, Mapping[int, Cell]], places: Mapping[int, str]) -> list[Row]:
    """The rows with something in a known column, in the order of their numbers."""
    taken = []
    for number in sorted(found):
        cells = found[number]
        if not places.keys().isdisjoint(cells):
            taken.append(Row(number, {name: cells.get(at) for at, name in places.items()}))
    return taken


def _places(first_row: Mapping[int, Cell], columns: Columns) -> dict[int, str]:
    """Which word stands at which place: by heading first, by position where none is given."""
    places: dict[int, str] = {}
    for at, heading in sorted(first_row.items()):
        word = matched(columns, heading) if isinstance(heading, str) else None
        if word is not None and word not in places.values():
            places[at] = word
    for at, word in enumerate(columns.values()):
        if at not in places and word not in places.values():
            places[at] = word
    return places
