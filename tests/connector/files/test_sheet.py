import zipfile
from decimal import Decimal

import pytest

from connector.files import sheet, workbook
from connector.files.archive import Archive
from connector.files.sheet import Book
from engine.catalog.intake import Broken, Cell
from engine.kernel.errors import Invalid
from tests.connector.files.workbooks import archive, raw_parts


def rows(xml: str, book: Book | None = None) -> dict[int, dict[int, Cell]]:
    parts = {"s.xml": f"<worksheet><sheetData>{xml}</sheetData></worksheet>"}
    part = Archive(archive(parts, zipfile.ZIP_STORED))
    found = sheet.rows(part.open("s.xml"), book or Book())
    return {number: dict(cells) for number, cells in found.items()}


def test_cells_stand_where_they_say() -> None:
    xml = '<row r="3"><c r="C3"><v>1</v></c><c r="AB3" t="str"><v>x</v></c></row>'
    assert rows(xml) == {3: {2: Decimal(1), 27: "x"}}


def test_cells_that_do_not_say_follow_each_other() -> None:
    xml = "<row><c><v>1</v></c><c/><c><v>2</v></c></row><row><c><v>3</v></c></row>"
    assert rows(xml) == {1: {0: Decimal(1), 2: Decimal(2)}, 2: {0: Decimal(3)}}


def test_prefixes_and_both_quotes_make_no_difference() -> None:
    xml = "<x:row xmlns:x='u' r='1'><x:c r='B1' t='b'><x:v>1</x:v></x:c></x:row>"
    assert rows(xml) == {1: {1: True}}


def test_shared_texts_and_those_that_are_not_there() -> None:
    xml = '<row><c t="s"><v>0</v></c><c t="s"><v>7</v></c><c t="s"><v>-1</v></c></row>'
    missing = Broken("a text that is not there")
    assert rows(xml, Book(texts=["one"])) == {1: {0: "one", 1: missing, 2: missing}}


def test_rich_text_is_read_without_its_phonetic_hints() -> None:
    xml = (
        '<row><c t="inlineStr"><is><r><t>To</t></r><r><t>kyo</t></r>'
        "<rPh><t>hint</t></rPh></is></c></row>"
    )
    assert rows(xml) == {1: {0: "Tokyo"}}


def test_a_far_away_cell_costs_nothing() -> None:
    xml = '<row r="1048576"><c r="A1048576"><v>1</v></c><c r="XFD1048576"><v>2</v></c></row>'
    assert rows(xml) == {1048576: {0: Decimal(1)}}


def test_columns_beyond_the_64th_are_not_read() -> None:
    assert rows('<row><c r="BL1"><v>1</v></c><c r="BM1"><v>2</v></c></row>') == {
        1: {63: Decimal(1)}
    }


def test_100_000_rows_are_read_and_no_more() -> None:
    row = "<row><c><v>1</v></c></row>"
    assert len(rows(row * 100_000)) == 100_000
    with pytest.raises(Invalid, match=r"s\.xml has more than 100000 rows"):
        rows(row * 100_001)


def test_a_text_longer_than_a_cell_may_be_is_broken() -> None:
    long = "x" * 32_768
    fault = Broken("more than 32767 characters")
    assert rows(f'<row><c t="str"><v>{long}</v></c></row>') == {1: {0: fault}}
    parts = raw_parts(
        '<row r="2"><c t="s"><v>0</v></c></row>',
        xl__sharedStrings=f"<sst><si><t>{long}</t></si></sst>",
    )
    [table] = workbook.read(archive(parts, zipfile.ZIP_STORED)).tables
    assert table.rows[0].cells["key"] == fault


def test_one_long_text_shared_by_many_cells_is_refused() -> None:
    book = Book(texts=["x" * 32_000])
    cells = '<c t="s"><v>0</v></c>' * 50
    with pytest.raises(Invalid, match="more text than can be read"):
        rows(f"<row>{cells}</row>" * 100, book)


def test_days_are_told_by_the_style_of_the_cell() -> None:
    xml = (
        '<row><c s="1"><v>41275</v></c><c s="0"><v>41275</v></c><c s="1" t="str"><v>5</v></c></row>'
    )
    parts = raw_parts(
        xml.replace("<row>", '<row r="2">'),
        xl__styles='<styleSheet><numFmts><numFmt numFmtId="170" formatCode="dd.mm.yy"/></numFmts>'
        '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>'
        '<cellXfs><xf numFmtId="0"/><xf numFmtId="170"/></cellXfs></styleSheet>',
    )
    [table] = workbook.read(archive(parts, zipfile.ZIP_STORED)).tables
    assert [str(value) for value in table.rows[0].cells.values()] == ["2013-01-01", "41275"]
