"""How much of a file is read: enough for any catalogue, too little to hurt."""

from pathlib import Path

from engine.kernel.errors import Invalid

FILE_BYTES = 10 * 1024 * 1024
UNPACKED_BYTES = 100 * 1024 * 1024
RATIO = 100
SHEETS = 200
ROWS = 100_000
COLUMNS = 64
ELEMENTS = 8_000_000
"""XML elements of a whole workbook: four million filled cells"""
CELL_LENGTH = 32_767
"""characters: what a spreadsheet itself allows"""


def content(path: Path) -> bytes:
    """What the file at `path` holds; Invalid when it is too large or cannot be read."""
    try:
        with path.open("rb") as file:
            found = file.read(FILE_BYTES + 1)
    except OSError as error:
        raise Invalid(f"{path.name} cannot be read: {error.strerror or error}") from None
    return checked(found)


def checked(found: bytes) -> bytes:
    """`found`, when it is no larger than a file may be; else Invalid."""
    if len(found) > FILE_BYTES:
        raise Invalid(f"the file is larger than {FILE_BYTES // 1024 // 1024} MB")
    return found
