from pathlib import Path

import pytest

from connector.files import reading
from engine.catalog.cells import BadCell, Cells
from engine.catalog.intake import Kind, Rejection, Remark, Upload
from engine.kernel.errors import Invalid

DATA = Path(__file__).parents[2] / "data"
HEAD = "ERPPriceListKey,ERPProductKey,UnitListPrice"


def rows(upload: Upload) -> list[Cells]:
    return [cells for table in upload.of_kind(Kind.OFFERS) for cells in Cells.of(table)]


def read(text: str, encoding: str = "utf-8") -> Upload:
    return reading.read_bytes(text.encode(encoding), "prices.csv")


def test_the_sample_is_read_row_by_row() -> None:
    upload = reading.read_path(DATA / "prices.csv")
    found = rows(upload)
    assert [cells.row for cells in found] == [2, 3, 4, 5, 6, 7, 9]
    assert found[0].text("description") == "Antistatic, sold by the metre"
    assert found[0].text("currency") == "USD"
    assert (upload.rejections, upload.remarks) == ((), ())


def test_what_an_office_program_saves_on_windows_is_read() -> None:
    upload = reading.read_path(DATA / "prices-semicolon.csv")
    [cells] = rows(upload)
    assert (cells.key("price_list"), cells.text("name")) == ("HØST", "Støvsuger slange")
    assert upload.remarks == (
        Remark("prices-semicolon.csv", 0, "", "is not UTF-8; it was read as Windows-1252"),
    )


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("prefix", ["", "\ufeff"])
def test_delimiters_are_told_by_the_headings(delimiter: str, prefix: str) -> None:
    [cells] = rows(read(prefix + f"{HEAD}\r\nA,P,1.5\r\n".replace(",", delimiter)))
    assert (cells.key("price_list"), cells.key("sku"), cells.text("list_price")) == (
        "A",
        "P",
        "1.5",
    )


def test_lines_may_end_as_they_once_did_on_other_machines() -> None:
    assert [cells.row for cells in rows(read(f"{HEAD}\rA,P,1\rA,Q,2\r"))] == [2, 3]


def test_a_line_that_names_the_delimiter_is_honoured() -> None:
    [cells] = rows(read(f"sep=;\n{HEAD}\nA,P,1\n".replace(",", ";")))
    assert cells.row == 3


def test_headings_in_any_order_and_letter_case_and_unknown_ones_remarked() -> None:
    upload = read("unitlistprice,Colour,ERPPRODUCTKEY,erppricelistkey,\n9,red,P,A,\n")
    [cells] = rows(upload)
    assert (cells.key("sku"), cells.text("list_price")) == ("P", "9")
    assert upload.remarks == (Remark("prices.csv", 1, "Colour", "is not read"),)
    with pytest.raises(BadCell, match=r"^unitlistprice:"):
        raise cells.wrong("list_price", "is bad")


def test_columns_that_are_not_there_are_not_cells() -> None:
    [cells] = rows(read(f"{HEAD}\nA,P,1\n"))
    assert "name" not in cells


def test_a_row_with_too_many_fields_is_rejected_and_short_ones_are_filled() -> None:
    upload = read(f"{HEAD}\nA,P,12,50\nA,Q\n\n ,,\nA,R,3\n")
    assert upload.rejections == (Rejection("prices.csv", 2, "", "has 4 fields under 3 headings"),)
    assert [(cells.row, cells.key("sku")) for cells in rows(upload)] == [(3, "Q"), (6, "R")]


def test_numbers_of_rows_are_lines_even_after_a_text_of_several_lines() -> None:
    upload = read(f'{HEAD},Name\nA,P,1,"two\nlines"\nA,Q,2,x\n')
    assert [cells.row for cells in rows(upload)] == [2, 4]


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("", "the file is empty"),
        ("Name;Price\nPump;1\n", "the CSV has no column ERPPriceListKey"),
        ("ERPPriceListKey\nA\n", "the CSV has no column ERPProductKey"),
        (f"{HEAD},unitlistprice\nA,P,1,2\n", "the CSV has the column UnitListPrice twice"),
        (f'{HEAD}\nA,P,1\nA,"Q,2\n', "the CSV cannot be read from line 3: unexpected end of data"),
        (f"{HEAD}\n" + "A,P,1\n" * 100_001, "the file has more than 100000 rows"),
    ],
)
def test_a_file_that_cannot_be_told_apart_is_refused(text: str, refusal: str) -> None:
    with pytest.raises(Invalid) as excinfo:
        read(text)
    assert excinfo.value.detail == refusal


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (HEAD.encode("utf-16"), "the file is neither a workbook, nor JSON, nor CSV in UTF-8"),
        (HEAD.encode() + b"\n\x81", "the file is neither UTF-8 nor Windows-1252"),
    ],
)
def test_other_encodings_are_refused(content: bytes, refusal: str) -> None:
    with pytest.raises(Invalid) as excinfo:
        reading.read_bytes(content, "prices.csv")
    assert excinfo.value.detail == refusal
