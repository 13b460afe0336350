import io
from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import python_calamine
from openpyxl import Workbook, load_workbook  # type: ignore[import-untyped]

from connector.files import workbook as reader
from connector.files.archive import Archive
from connector.files.book import sheets
from connector.files.sheet import rows
from engine.catalog.intake import Broken, Cell, Kind, Row, Table, Upload
from engine.catalog.listing import ListName
from engine.kernel.errors import Invalid
from tests.connector.files.workbooks import HEADINGS, archive, raw_parts, saved, workbook

REFERENCE = Path(__file__).parents[2] / "data" / "reference-workbook.xlsx"


def table(upload: Upload, kind: Kind) -> Table:
    return next(upload.of_kind(kind))


def first_row(upload: Upload, kind: Kind) -> Mapping[str, Cell]:
    return table(upload, kind).rows[0].cells


def test_the_reference_workbook_has_the_rows_it_is_known_for() -> None:
    upload = reader.read(REFERENCE.read_bytes())
    assert [(each.title, len(each.rows)) for each in upload.tables] == [
        ("Capabilities", 60),
        ("Addresses", 8),
        ("PriceLists", 9),
        ("Products", 48),
        ("PaymentTerms", 3),
        ("PaymentTypes", 3),
        ("DeliveryTerms", 3),
        ("DeliveryTypes", 3),
        ("ProductCategory", 3),
        ("ProductFamily", 2),
        ("ProductType", 5),
    ]
    products = table(upload, Kind.OFFERS).rows
    assert Counter(row.cells["price_list"] for row in products) == {
        "NOK2013": 15,
        "NOK2013-Special": 18,
        "USD2013": 5,
        "NOK2013-InActive": 10,
    }
    assert (products[0].number, products[0].cells["sku"]) == (2, Decimal(18595))
    assert products[0].cells["tax_rate"] == Decimal(4545)
    assert (upload.remarks, upload.rejections) == ((), ())


def test_every_cell_of_the_reference_workbook_is_what_another_reader_sees() -> None:
    opened = Archive(REFERENCE.read_bytes())
    parts, book = sheets(opened)
    other = python_calamine.CalamineWorkbook.from_path(str(REFERENCE))
    assert [part.title for part in parts] == other.sheet_names
    compared = 0
    for place, part in enumerate(parts[:13]):
        found = rows(opened.open(part.part or ""), book)
        for number, row in enumerate(
            other.get_sheet_by_index(place).to_python(skip_empty_area=False), 1
        ):
            for column, theirs in enumerate(row):
                ours = found.get(number, {}).get(column, "")
                assert ours == (Decimal(repr(theirs)) if type(theirs) is float else theirs)
                compared += 1
    assert compared > 2000


def test_values_keep_their_kind() -> None:
    book = load_workbook(
        io.BytesIO(
            workbook(
                PriceLists=[
                    ["P", "N", None, "NOK", date(2026, 1, 31), datetime(2026, 12, 31, 6, 30), True]  # noqa: DTZ001
                ]
            )
        )
    )
    cells = first_row(reader.read(saved(book)), Kind.PRICE_LISTS)
    assert cells == {
        "key": "P",
        "name": "N",
        "description": None,
        "currency": "NOK",
        "valid_from": date(2026, 1, 31),
        "valid_to": datetime(2026, 12, 31, 6, 30),  # noqa: DTZ001
        "switched_on": True,
    }


def test_headings_that_name_known_columns_win_over_their_place() -> None:
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, headings in HEADINGS.items():
        book.create_sheet(title).append(list(headings))
    sheet = book["PriceLists"]
    sheet.delete_rows(1)
    sheet.append(["currency", "ERPPRICELISTKEY ", "Beskrivelse", "Name", "Notes"])
    sheet.append(["NOK", "P1", "Text", "List one", date(2026, 1, 1)])
    cells = first_row(reader.read(saved(book)), Kind.PRICE_LISTS)
    assert (cells["currency"], cells["key"], cells["name"]) == ("NOK", "P1", "List one")
    assert cells["description"] == "Text"
    assert cells["valid_from"] == date(2026, 1, 1)


def test_list_sheets_have_the_description_before_the_display_text() -> None:
    book = load_workbook(io.BytesIO(REFERENCE.read_bytes()))
    upload = reader.read(saved(book))
    family = next(each for each in upload.tables if each.list_name is ListName.PRODUCT_FAMILY)
    assert family.rows[0].cells == {
        "key": "#1",
        "description": "MENS CRUSHER description lalala",
        "display": "MENS CRUSHER",
    }


def test_empty_rows_are_skipped_and_the_numbers_are_those_of_the_sheet() -> None:
    content = workbook(Capabilities=[["a", True], [None, None], ["  ", ""], ["b", False]])
    assert table(reader.read(content), Kind.CAPABILITIES).rows == (
        Row(2, {"key": "a", "value": True}),
        Row(5, {"key": "b", "value": False}),
    )


def test_errors_and_formulas_without_a_value_are_broken_cells() -> None:
    cells = (
        '<row r="1"><c r="A1" t="inlineStr"><is><t>Key</t></is></c></row>'
        '<row r="2"><c r="A2" t="e"><f>A9</f><v>#REF!</v></c>'
        '<c r="B2"><f>1/3</f><v>0.333333333333333</v></c></row>'
        '<row r="3"><c r="A3" t="str"><f>"x"</f><v>x</v></c><c r="B3"><f>1+1</f></c></row>'
    )
    upload = reader.read(archive(raw_parts(cells)))
    first, second = table(upload, Kind.CAPABILITIES).rows
    assert first.cells == {"key": Broken("#REF!"), "value": Decimal("0.333333333333")}
    assert second.cells == {"key": "x", "value": Broken("a formula without a computed value")}


def test_missing_sheets_are_remarked_and_further_ones_ignored() -> None:
    upload = reader.read(archive(raw_parts(*[""] * 12)))
    assert [each.message for each in upload.remarks] == [
        "the workbook has no sheet 13 for list items"
    ]
    assert len(reader.read(archive(raw_parts(*[""] * 20))).tables) == 11


def test_more_than_200_sheets_are_refused() -> None:
    with pytest.raises(Invalid, match="more than 200 sheets"):
        reader.read(archive(raw_parts(*[""] * 201)))


def test_a_workbook_that_openpyxl_writes_is_read_as_calamine_reads_it() -> None:
    values = [0.1 + 0.2, 1e-7, 123456.789, -5, 1e10, "1e5", "ÆØÅ\n<&>", True, date(1900, 2, 28),
              date(1900, 3, 1), date(9999, 12, 31), datetime(2024, 2, 29, 23, 59, 58)]  # noqa: DTZ001  # fmt: skip
    content = workbook(Capabilities=[[None, each] for each in values])
    ours = [row.cells["value"] for row in table(reader.read(content), Kind.CAPABILITIES).rows]
    theirs = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    expected = [row[1] for row in theirs.get_sheet_by_index(0).to_python()[1:]]
    assert ours == [Decimal(repr(each)) if isinstance(each, float) else each for each in expected]
