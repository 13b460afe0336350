"""Reading the cells of one row: dirty spellings become clean values, or a named complaint."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Context, Decimal

from engine.catalog.intake import Broken, Cell, Row, Table
from engine.kernel import numbers
from engine.kernel.period import Period

_TRUE = frozenset(
    "true 1 -1 yes y t on x ok ja j sant sann wahr oui vrai si sí verdadero".split()  # noqa: SIM905
)
_FALSE = frozenset(
    "false 0 no n f off nei nej nein usant usann falskt falsch non faux falso -".split()  # noqa: SIM905
)
_INSTANT = re.compile(
    r"(\d{4}-\d{2}-\d{2})(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,7})?)?(?:Z|[+-]\d{2}:?\d{2})?)?\Z",
    re.ASCII,
)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
_NOT_GIVEN = Decimal(-(10**28))
_KEY_LENGTH = 200
_TEXT_LENGTH = 1_000_000
_DIGITS = 15
_DECIMALS = 12
_EXACT = Context(prec=400)
_LARGEST = 2**31 - 1
_HUNDRED = Decimal(100)


class BadCell(Exception):
    """A cell that cannot be taken: the file's name of its column, and why."""

    def __init__(self, column: str, message: str) -> None:
        super().__init__(f"{column}: {message}")
        self.column = column
        self.message = message


class Cells:
    """One row, asked for values by the engine's names; complaints use the file's names."""

    def __init__(self, row: Row, headings: Mapping[str, str], within: str = "") -> None:
        """Ask the cells of `row`; `within` says in which cell they are nested, if any."""
        self._cells = row.cells
        self._headings = headings
        self._within = within
        self.row = row.number

    @classmethod
    def of(cls, table: Table) -> "Iterable[Cells]":
        """The rows of `table`."""
        return (cls(row, table.headings) for row in table.rows)

    def __contains__(self, name: str) -> bool:
        return name in self._cells

    def wrong(self, name: str, message: str) -> BadCell:
        """The complaint that the cell `name` is wrong."""
        return BadCell(self.heading(name), message)

    def heading(self, name: str) -> str:
        """What the file calls the cell `name`."""
        own = self._headings.get(name, name)
        return f"{self._within}/{own}" if self._within else own

    def only(self, known: Iterable[str]) -> None:
        """Complain about the first cell that is not among `known`."""
        for name in self._cells.keys() - set(known):
            raise self.wrong(name, "is not known here")

    def value(self, name: str) -> Cell:
        """What stands in the cell, untouched; None when it is empty or not there."""
        cell = self._cells.get(name)
        if isinstance(cell, Broken):
            raise self.wrong(name, f"holds {cell.fault} instead of a value")
        if isinstance(cell, str) and not cell.strip():
            return None
        return cell

    def text(self, name: str, default: str = "") -> str:
        """The cell as text; a number without needless decimals, a day in ISO form."""
        cell = self.value(name)
        if cell is None:
            return "" if name in self else default
        if isinstance(cell, Mapping | tuple):
            raise self.wrong(name, "is no text")
        text = _as_text(cell)
        if not is_storable(text):
            raise self.wrong(name, "holds characters that cannot be stored")
        if len(text) > _TEXT_LENGTH:
            raise self.wrong(name, f"is longer than {_TEXT_LENGTH} characters")
        return text

    def optional(self, name: str) -> str | None:
        """The cell as a key, or None when it is empty."""
        return None if self.value(name) is None else self.key(name)

    def key(self, name: str) -> str:
        """The cell as a key: trimmed, never empty."""
        key = self.text(name).strip()
        if not key:
            raise self.wrong(name, "is missing")
        if len(key) > _KEY_LENGTH:
            raise self.wrong(name, f"is longer than {_KEY_LENGTH} characters")
        return key

    def flag(self, name: str, *, default: bool) -> bool:
        """The cell as a truth, in any common spelling; `default` when it is empty."""
        cell = self.value(name)
        if cell is None:
            return default
        if isinstance(cell, bool):
            return cell
        word = "" if isinstance(cell, Mapping | tuple) else _as_text(cell).strip().lower()
        if word in _TRUE or word in _FALSE:
            return word in _TRUE
        raise self.wrong(name, f"{word[:40]!r} is neither yes nor no")

    def number(self, name: str) -> Decimal | None:
        """The cell as an exact number, or None when it is empty."""
        cell = self.value(name)
        if cell is None:
            return None
        if isinstance(cell, Decimal):
            number = cell
        elif isinstance(cell, str):
            number = self._spelled(name, cell.strip())
        else:
            raise self.wrong(name, f"{str(cell)[:40]!r} is no number")
        return number if number < _NOT_GIVEN else self._bounded(name, number)

    def amount(self, name: str) -> Decimal | None:
        """The cell as an amount that is not negative; None when it is empty or "not given"."""
        number = self.number(name)
        if number is None or number < _NOT_GIVEN:
            return None
        if number < 0:
            raise self.wrong(name, f"{number:f} is negative")
        return number

    def whole(self, name: str) -> int | None:
        """The cell as a whole number from 0 to 2147483647, or None when it is empty."""
        number = self.amount(name)
        if number is not None and number > _LARGEST:
            raise self.wrong(name, f"{number:f} is too large")
        if number is not None and number != number.to_integral_value():
            raise self.wrong(name, f"{number:f} is no whole number")
        return None if number is None else int(number)

    def percentage(self, name: str) -> Decimal:
        """The cell as a percentage from 0 to 100; it must be there."""
        number = self.amount(name)
        if number is None:
            raise self.wrong(name, "is missing")
        if number > _HUNDRED:
            raise self.wrong(name, f"{number:f} is not between 0 and 100")
        return number

    def day(self, name: str) -> date | None:
        """The cell as a day, in whatever zone it was written, or None when it is empty."""
        cell = self.value(name)
        if isinstance(cell, datetime):
            return cell.date()
        if cell is None or isinstance(cell, date):
            return cell
        written = _INSTANT.match(cell.strip()) if isinstance(cell, str) else None
        try:
            return date.fromisoformat(written[1]) if written else self._no_day(name, cell)
        except ValueError:
            return self._no_day(name, cell)

    def period(self, first: str = "valid_from", last: str = "valid_to") -> Period:
        """The period of the two days, both belonging to it; year 1 and year 9999 leave it open."""
        start, end = self.day(first), self.day(last)
        start = None if start == date.min else start
        end = None if end in (date.min, date.max) else end
        if start and end and end < start:
            raise self.wrong(last, f"{end} is before {start}")
        return Period.of_days(start, end)

    def nested(self, name: str) -> "tuple[Cells, ...]":
        """The cell as a nest of rows; empty when it is not there."""
        cell = self.value(name) or ()
        if not isinstance(cell, tuple) or not all(isinstance(item, Mapping) for item in cell):
            raise self.wrong(name, "is no list of objects")
        return tuple(
            Cells(Row(self.row, item), {}, f"{self.heading(name)}/{place}")
            for place, item in enumerate(cell)
            if isinstance(item, Mapping)
        )

    def members(self, name: str) -> "tuple[Cells, ...]":
        """The members of the object in a cell, as rows of `key` and `value`."""
        cell = self.value(name)
        if cell is None:
            return ()
        if not isinstance(cell, Mapping):
            raise self.wrong(name, "is no object")
        whole = self.heading(name)
        return tuple(
            Cells(Row(self.row, {"key": key, "value": value}), {"key": key, "value": key}, whole)
            for key, value in cell.items()
        )

    def texts(self, name: str) -> tuple[str, ...]:
        """The cell as a nest of texts; empty when it is not there."""
        cell = self.value(name) or ()
        if not isinstance(cell, tuple):
            raise self.wrong(name, "is no list of texts")
        row = Row(self.row, {str(place): item for place, item in enumerate(cell)})
        items = Cells(row, {}, self.heading(name))
        return tuple(items.text(place) for place in row.cells)

    def _spelled(self, name: str, text: str) -> Decimal:
        if "," in text:
            raise self.wrong(name, f"{text[:40]!r} has a comma: write a point, as in 1234.50")
        try:
            return numbers.decimal(text)
        except ValueError as error:
            raise self.wrong(name, str(error)) from None

    def _bounded(self, name: str, number: Decimal) -> Decimal:
        if not -numbers.LIMIT < number < numbers.LIMIT:
            raise self.wrong(name, f"is not below {numbers.LIMIT:f}")
        plain = number.normalize(_EXACT)
        _, digits, exponent = plain.as_tuple()
        if len(digits) > _DIGITS or int(exponent) < -_DECIMALS:
            raise self.wrong(name, f"has more than {_DIGITS} digits or {_DECIMALS} decimals")
        return plain + 0

    def _no_day(self, name: str, cell: Cell) -> date | None:
        raise self.wrong(name, f"{str(cell)[:40]!r} is no day, as in 2026-12-31")


def is_storable(text: str) -> bool:
    """Whether a database can keep the text, and a document show it."""
    return not _CONTROL.search(text)


def _as_text(cell: Cell) -> str:
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, Decimal):
        number = cell.normalize(_EXACT)
        return f"{number:f}" if abs(number.adjusted()) < _KEY_LENGTH else str(number)
    return cell.isoformat() if isinstance(cell, date) else str(cell)
