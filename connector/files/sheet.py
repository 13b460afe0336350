"""One worksheet's rows, read as a stream: only cells that hold something are kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from connector.files import limits, numerals
from connector.files.archive import Part
from connector.files.xml_events import attribute, run
from engine.catalog.intake import Broken, Cell
from engine.kernel.errors import Invalid

TOO_LONG = Broken(f"more than {limits.CELL_LENGTH} characters")
_NO_VALUE = Broken("a formula without a computed value")


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """What all sheets of a workbook share: its texts, which styles show days, its calendar."""

    texts: Sequence[str | Broken] = ()
    day_styles: frozenset[int] = frozenset()
    from_1904: bool = False


def rows(part: Part, book: Book) -> dict[int, Mapping[int, Cell]]:
    """The cells of a sheet by row (from 1) and column (from 0), without its empty rows.

    Columns beyond the 64th are not read. Invalid for more than 100 000 rows.
    """
    reader = _Reader(part.name, book)
    run(part, reader.start, reader.end, reader.words)
    return reader.rows


class _Reader:
    def __init__(self, name: str, book: Book) -> None:
        self.rows: dict[int, Mapping[int, Cell]] = {}
        self._name = name
        self._book = book
        self._cells: dict[int, Cell] = {}
        self._row = 0
        self._column = -1
        self._type = ""
        self._style = ""
        self._text: list[str] = []
        self._length = 0
        self._total = 0
        self._listening = False
        self._phonetic = False
        self._formula = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            self._begin_cell(attributes)
        elif name == "row":
            self._row = numerals.whole(attribute(attributes, "r"), self._row + 1)
            self._column = -1
            self._cells = {}
        elif name == "f":
            self._formula = True
        elif name == "rPh":
            self._phonetic = True
        else:
            self._listening = name in {"v", "t"} and not self._phonetic

    def words(self, text: str) -> None:
        if self._listening and self._length <= limits.CELL_LENGTH:
            self._text.append(text)
            self._length += len(text)

    def end(self, name: str) -> None:
        if name == "c":
            self._end_cell()
        elif name == "row" and self._cells:
            if len(self.rows) >= limits.ROWS:
                raise Invalid(f"{self._name} has more than {limits.ROWS} rows")
            self.rows[self._row] = self._cells
        elif name == "rPh":
            self._phonetic = False
        else:
            self._listening = False

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        self._column = _column(attribute(attributes, "r"), self._column + 1)
        self._type = attribute(attributes, "t")
        self._style = attribute(attributes, "s")
        self._text = []
        self._length = 0
        self._formula = False

    def _end_cell(self) -> None:
        if self._column >= limits.COLUMNS:
            return
        text = "".join(self._text)
        if text:
            value = self._value(text)
        elif self._formula and self._type != "str":
            value = _NO_VALUE
        else:
            return
        if not isinstance(value, str) or value.strip():
            self._cells[self._column] = value
            self._count(value)

    def _count(self, value: Cell) -> None:
        """Many cells may share one long text, so a small file can hold a lot of it."""
        self._total += len(value) if isinstance(value, str) else 0
        if self._total > limits.UNPACKED_BYTES:
            raise Invalid(f"{self._name} holds more text than can be read")

    def _value(self, text: str) -> Cell:
        if self._length > limits.CELL_LENGTH:
            return TOO_LONG
        if self._type == "s":
            place = numerals.whole(text, -1)
            known = 0 <= place < len(self._book.texts)
            return self._book.texts[place] if known else Broken("a text that is not there")
        if self._type in {"str", "inlineStr", "d"}:
            return numerals.unescaped(text)
        if self._type == "e":
            return Broken(text)
        if self._type == "b":
            return text.strip().lower() in {"1", "true"}
        return self._numeral(numerals.number(text.strip()))

    def _numeral(self, number: Cell) -> Cell:
        if isinstance(number, Decimal) and numerals.whole(self._style, 0) in self._book.day_styles:
            return numerals.moment(number, from_1904=self._book.from_1904)
        return number


def _column(reference: str, default: int) -> int:
    """The column that a reference such as `AB12` names, counted from 0."""
    column = 0
    for letter in reference[:3].upper():
        if not "A" <= letter <= "Z":
            break
        column = column * 26 + ord(letter) - ord("@")
    return column - 1 if column else default
