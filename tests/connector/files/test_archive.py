"""Archives that would hurt are refused, quickly and in one sentence."""

import io
import os
import struct
import time
import zipfile

import pytest

from connector.files import workbook
from engine.kernel.errors import Invalid
from tests.connector.files.workbooks import archive, raw_parts

SECONDS = 2


def refusal(content: bytes) -> str:
    """What the file is refused with, in little time."""
    started = time.process_time()
    with pytest.raises(Invalid) as excinfo:
        workbook.read(content)
    assert time.process_time() - started < SECONDS
    assert "\n" not in excinfo.value.detail
    return excinfo.value.detail


def test_a_part_packed_too_tightly() -> None:
    assert refusal(archive({"xl/a.xml": b"0" * 2_000_000})) == "xl/a.xml is packed more than 100:1"


def test_parts_that_unpack_to_too_much_together() -> None:
    noise = os.urandom(64_000) + b"0" * 4_000_000
    content = archive({f"xl/{n}.xml": noise for n in range(26)})
    assert len(content) < 10 * 1024 * 1024
    assert refusal(content) == "the archive unpacks to more than 100 MB"


def test_a_directory_that_lies_about_a_size() -> None:
    honest = archive({"xl/workbook.xml": b"<workbook>" + os.urandom(50_000) + b"0" * 4_000_000})
    directory = honest.rindex(b"PK\x01\x02")
    lying = bytearray(honest)
    lying[22:26] = lying[directory + 24 : directory + 28] = struct.pack("<I", 1000)
    assert "cannot be unpacked" in refusal(bytes(lying))


def test_more_parts_than_any_workbook_has() -> None:
    content = archive({f"xl/{n}": b"" for n in range(5_001)}, zipfile.ZIP_STORED)
    assert refusal(content) == "the archive has more than 5000 parts"


def test_more_elements_than_any_workbook_has() -> None:
    crowd = "<!--" + os.urandom(400_000).hex() + "-->" + "<c/>" * 8_000_001
    content = archive(raw_parts(f"<row>{crowd}</row>"))
    assert len(content) < 1024 * 1024
    assert refusal(content) == "the workbook has more than 8000000 XML elements"


@pytest.mark.parametrize("packing", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_packing_that_workbooks_do_not_use(packing: int) -> None:
    content = archive({"xl/workbook.xml": b"x" * 100}, packing)
    assert refusal(content) == "xl/workbook.xml is packed in an unusual way"


def test_an_encrypted_archive() -> None:
    content = bytearray(archive({"xl/workbook.xml": b"x"}))
    content[6] |= 1
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    assert refusal(bytes(content)) == "the archive is encrypted"


OLE = bytes.fromhex("d0cf11e0a1b11ae1")


def test_an_old_workbook_and_an_encrypted_one_are_told_apart() -> None:
    assert refusal(OLE + bytes(600)) == "the file is an old .xls workbook: save it as .xlsx"
    encrypted = OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le")
    assert refusal(encrypted) == "the workbook is encrypted: save it without a password"


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x03\x04", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_workbook(content: bytes) -> None:
    assert refusal(content).startswith(("the file is no workbook", "the file holds no workbook"))


def test_a_workbook_cut_off_anywhere() -> None:
    whole = archive(raw_parts('<row r="1"><c r="A1"><v>1</v></c></row>'))
    for length in range(0, len(whole) - 1, 97):
        refusal(whole[:length])


def test_a_damaged_part() -> None:
    parts = raw_parts("")
    content = bytearray(archive(parts, zipfile.ZIP_STORED))
    content[content.index(b"<worksheet") + 3] ^= 1
    assert refusal(bytes(content)).startswith("xl/worksheets/s1.xml cannot be unpacked")


def test_more_than_ten_megabytes() -> None:
    assert refusal(b"PK\x03\x04" + bytes(10 * 1024 * 1024)) == "the file is larger than 10 MB"


@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>',
        '<!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd">',
        '<?xml version="1.0"?><!DOCTYPE x>',
    ],
)
@pytest.mark.parametrize(
    "name", ["xl/workbook.xml", "xl/worksheets/s1.xml", "xl/sharedStrings.xml"]
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_document_types_in_any_part(declaration: str, name: str, encoding: str) -> None:
    parts: dict[str, str | bytes] = {**raw_parts(""), "xl/sharedStrings.xml": "<sst/>"}
    parts[name] = (declaration + str(parts[name])).encode(encoding)
    assert refusal(archive(parts)) == f"{name} declares a document type"


def test_parts_without_the_words_they_need() -> None:
    assert "holds no workbook" in refusal(archive({"mimetype": "application/vnd.oasis"}))
    assert "xl/workbook.xml is no XML" in refusal(archive({"xl/workbook.xml": "<workbook>"}))
    lost = raw_parts("")
    del lost["xl/worksheets/s1.xml"]
    assert refusal(archive(lost)) == "the workbook has no part xl/worksheets/s1.xml"


def test_a_workbook_may_keep_its_parts_elsewhere() -> None:
    parts = {name.replace("xl/", "book/"): part for name, part in raw_parts("").items()}
    parts["_rels/.rels"] = (
        '<Relationships><Relationship Id="r" Type="http://x/officeDocument" '
        'Target="/book/workbook.xml"/></Relationships>'
    )
    assert [table.title for table in workbook.read(archive(parts)).tables] == ["S1"]


def test_an_archive_within_another_is_not_opened() -> None:
    inner = io.BytesIO(archive({"xl/workbook.xml": b"0" * 1_000_000})).getvalue()
    assert "holds no workbook" in refusal(archive({"xl/media/a.zip": inner}))
