"""Any catalogue file: its layout is told by what is in it, never by its name alone."""

from collections.abc import Mapping
from pathlib import Path

from connector.files import csv_rows, json_pair, limits, own_json, strict_json, workbook
from engine.catalog.intake import Upload
from engine.kernel.errors import Invalid

_ZIPS = (b"PK\x03\x04", b"PK\x05\x06")
_OLE = bytes.fromhex("d0cf11e0")
_SPACE = b" \t\r\n"
_BOM = b"\xef\xbb\xbf"


def read_path(path: Path) -> Upload:
    """The upload in the file at `path`, or in the two-file directory there.

    Invalid, in one sentence, when it cannot be read as any known layout.
    """
    if not path.exists():
        raise Invalid(f"there is no file {path}")
    pair = json_pair.partners(path)
    if pair is not None:
        return json_pair.read_files(*pair)
    return read_bytes(limits.content(path), path.name)


def read_bytes(content: bytes, name: str) -> Upload:
    """The upload in `content`, the bytes of one file called `name`; Invalid as above."""
    limits.checked(content)
    if content.startswith((*_ZIPS, _OLE)) or name.lower().endswith((".xlsx", ".xls")):
        return workbook.read(content)
    first = content.removeprefix(_BOM).lstrip(_SPACE)[:1]
    if first in {b"{", b"["}:
        return _json(content, name)
    if not first:
        raise Invalid("the file is empty")
    return csv_rows.read(content, name)


def _json(content: bytes, name: str) -> Upload:
    whole = strict_json.read(content, name)
    if isinstance(whole, Mapping):
        return own_json.read(whole)
    if isinstance(whole, tuple):
        return json_pair.read_array(whole, name)
    raise Invalid(f"{name} holds neither an object nor an array")
