"""The zip archive around a workbook, opened only when it cannot be a bomb.

What the directory promises is checked first; what is unpacked is then held to it, part by
part, because a directory may lie.
"""

import io
import struct
import zipfile
import zlib
from typing import IO

from connector.files import limits
from engine.kernel.errors import Invalid

_PARTS = 5_000
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED = 1
_CHUNK = 1 << 16

_FAULTS = (
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError),
    *(ValueError, NotImplementedError, RuntimeError),
)
"""What the standard library raises on archives that are damaged or of an odd kind."""


class Archive:
    """The parts of a workbook, by their names in any letter case."""

    def __init__(self, content: bytes) -> None:
        """Open the archive in `content`; Invalid when it is none, or may not be unpacked."""
        if content.startswith(_OLE):
            raise Invalid(_ole_complaint(content))
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
        except _FAULTS as error:
            raise Invalid(f"the file is no workbook, or is cut off: {error}") from None
        self._parts = {part.filename.lower(): part for part in self._zip.infolist()}
        self._check()
        self._count()

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._parts

    def open(self, name: str) -> "Part":
        """The part called `name`, to be read once; Invalid when there is none."""
        part = self._parts.get(name.lower())
        if part is None:
            raise Invalid(f"the workbook has no part {name[:200]}")
        return Part(self._zip, part)

    def _count(self) -> None:
        """Refuse too many elements: even empty ones cost time, and they pack well.

        Unpacking twice is cheap beside parsing once.
        """
        elements = 0
        for info in (info for name, info in self._parts.items() if name.endswith(".xml")):
            part = Part(self._zip, info)
            while piece := part.read():
                elements += piece.count(b"</") + piece.count(b"/>")
        if elements > limits.ELEMENTS:
            raise Invalid(f"the workbook has more than {limits.ELEMENTS} XML elements")

    def _check(self) -> None:
        parts = self._zip.infolist()
        if len(parts) > _PARTS:
            raise Invalid(f"the archive has more than {_PARTS} parts")
        if sum(part.file_size for part in parts) > limits.UNPACKED_BYTES:
            raise Invalid(
                f"the archive unpacks to more than {limits.UNPACKED_BYTES // 1024 // 1024} MB"
            )
        for part in parts:
            if part.file_size > limits.RATIO * max(part.compress_size, 1):
                raise Invalid(f"{part.filename[:200]} is packed more than {limits.RATIO}:1")
            if part.flag_bits & _ENCRYPTED:
                raise Invalid("the archive is encrypted")
            if part.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
                raise Invalid(f"{part.filename[:200]} is packed in an unusual way")


class Part:
    """One part of an archive, unpacked piece by piece; a fault in the packing is Invalid."""

    def __init__(self, archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
        self.name = part.filename
        try:
            self._file: IO[bytes] = archive.open(part)
        except _FAULTS as error:
            raise Invalid(f"{self.name[:200]} cannot be unpacked: {error}") from None

    def read(self) -> bytes:
        """The next piece, empty at the end; never more than the directory promised."""
        try:
            return self._file.read(_CHUNK)
        except _FAULTS as error:
            raise Invalid(f"{self.name[:200]} cannot be unpacked: {error}") from None


def _ole_complaint(content: bytes) -> str:
    if "EncryptedPackage".encode("utf-16-le") in content:
        return "the workbook is encrypted: save it without a password"
    return "the file is an old .xls workbook: save it as .xlsx"
