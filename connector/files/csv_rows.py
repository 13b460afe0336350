"""CSV: one row for one product in one price list, under the reference layout's headings.

A further column `Currency` lets a row bring its price list into being.
"""

import csv
import io
import re
from collections.abc import Iterator

from connector.files import limits
from connector.files.columns import PRODUCTS, SUBSCRIPTION, headings, matched
from engine.catalog.intake import Kind, Rejection, Remark, Row, Table, Upload
from engine.kernel.errors import Invalid

_LINE_END = re.compile(r"\r\n|\n|\r")
_HEADING_LENGTH = 10_000
_DELIMITERS = ",;\t"
_COLUMNS = {**PRODUCTS, **SUBSCRIPTION, "Image": "image_1", "Currency": "currency"}
_REQUIRED = ("price_list", "sku")


def read(content: bytes, name: str) -> Upload:
    """The upload that the CSV in `content` holds; `name` is what its rows are said to stand in.

    Invalid when the text cannot be decoded or the headings name no price list or product.
    """
    text, remarks = _decoded(limits.checked(content), name)
    delimiter, text, skipped = _sniffed(text)
    lines = _lines(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    _, first = next(lines, (0, []))
    places = {at: matched(_COLUMNS, heading) for at, heading in enumerate(first)}
    named = {word: first[at].strip() for at, word in places.items() if word is not None}
    _check(places)
    remarks += [
        Remark(name, skipped + 1, first[at][:100], "is not read")
        for at, word in places.items()
        if word is None and first[at].strip()
    ]
    rows: list[Row] = []
    rejections: list[Rejection] = []
    for number, fields in lines:
        if len(fields) > len(first):
            message = f"has {len(fields)} fields under {len(first)} headings"
            rejections.append(Rejection(name, number + skipped, "", message))
        elif any(field.strip() for field in fields):
            cells = {
                word: fields[at] if at < len(fields) else None
                for at, word in places.items()
                if word is not None
            }
            rows.append(Row(number + skipped, cells))
    table = Table(kind=Kind.OFFERS, title=name, rows=tuple(rows), headings=named)
    return Upload(tables=(table,), rejections=tuple(rejections), remarks=tuple(remarks))


def _decoded(content: bytes, name: str) -> tuple[str, list[Remark]]:
    if b"\0" in content:
        raise Invalid("the file is neither a workbook, nor JSON, nor CSV in UTF-8")
    try:
        return content.decode("utf-8-sig"), []
    except UnicodeDecodeError:
        pass
    try:
        return content.decode("cp1252"), [
            Remark(name, 0, "", "is not UTF-8; it was read as Windows-1252")
        ]
    except UnicodeDecodeError:
        raise Invalid("the file is neither UTF-8 nor Windows-1252") from None


def _sniffed(text: str) -> tuple[str, str, int]:
    """The delimiter, the text without a leading `sep=` line, and how many lines that took."""
    hint, *others = _LINE_END.split(text, maxsplit=1)
    if hint.lower().startswith("sep=") and hint[4:5] in _DELIMITERS and len(hint) == len("sep=;"):
        return hint[4], "".join(others), 1
    return max(_DELIMITERS, key=lambda each: _known(hint, each)), text, 0


def _known(line: str, delimiter: str) -> tuple[int, int]:
    try:
        fields = next(csv.reader([line[:_HEADING_LENGTH]], delimiter=delimiter), [])
    except csv.Error:
        return 0, 0
    return sum(matched(_COLUMNS, field) is not None for field in fields), len(fields)


def _lines(reader: "Iterator[list[str]]") -> Iterator[tuple[int, list[str]]]:
    """The records with the number of the line they begin on; Invalid when they cannot be told."""
    begins = 1
    try:
        for count, fields in enumerate(reader):
            if count > limits.ROWS:
                raise Invalid(f"the file has more than {limits.ROWS} rows")
            yield begins, fields
            begins = reader.line_num + 1  # type: ignore[attr-defined]
    except csv.Error as error:
        raise Invalid(f"the CSV cannot be read from line {begins}: {error}") from None


def _check(places: dict[int, str | None]) -> None:
    words = [word for word in places.values() if word is not None]
    names = headings(_COLUMNS)
    for word in _REQUIRED:
        if word not in words:
            raise Invalid(f"the CSV has no column {names[word]}")
    for word in words:
        if words.count(word) > 1:
            raise Invalid(f"the CSV has the column {names[word]} twice")
