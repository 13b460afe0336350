import json
import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from connector.files import reading
from engine.catalog.cells import Cells
from engine.catalog.intake import Kind, Rejection, Remark, Upload
from engine.kernel.errors import Invalid

SAMPLE = Path(__file__).parents[2] / "data" / "json-connector"


def rows(upload: Upload, kind: Kind) -> list[Cells]:
    return [cells for table in upload.of_kind(kind) for cells in Cells.of(table)]


@pytest.mark.parametrize("path", [SAMPLE, SAMPLE / "Pricelists.json", SAMPLE / "Products.json"])
def test_either_file_or_their_directory_stands_for_both(path: Path) -> None:
    upload = reading.read_path(path)
    assert [(table.title, len(table.rows)) for table in upload.tables] == [
        ("Pricelists.json", 4),
        ("Products.json", 5),
    ]
    assert upload.rejections == ()


def test_the_sample_has_the_members_it_is_known_for() -> None:
    upload = reading.read_path(SAMPLE)
    lists = rows(upload, Kind.PRICE_LISTS)
    assert [each.key("key") for each in lists] == ["#1", "#2", "#3", "#4"]
    assert {each.key("currency") for each in lists} == {"NOK"}
    assert [each.flag("switched_on", default=True) for each in lists] == [True, True, True, False]
    assert lists[2].period().last_day == date(2014, 12, 12)
    products = rows(upload, Kind.OFFERS)
    assert [each.key("price_list") for each in products] == ["#1", "#1", "#2", "#2", "#2"]
    assert products[0].text("image_1").startswith("http://images.lifeisgood.com/")
    assert products[0].number("list_price") == Decimal(30)


def test_file_names_in_any_letter_case(tmp_path: Path) -> None:
    shutil.copy(SAMPLE / "Pricelists.json", tmp_path / "PRICELISTS.JSON")
    shutil.copy(SAMPLE / "Products.json", tmp_path / "products.json")
    upload = reading.read_path(tmp_path / "products.json")
    assert [table.title for table in upload.tables] == ["PRICELISTS.JSON", "products.json"]


def test_a_file_without_its_partner_is_refused(tmp_path: Path) -> None:
    shutil.copy(SAMPLE / "Products.json", tmp_path / "Products.json")
    with pytest.raises(Invalid, match=r"holds no pricelists\.json"):
        reading.read_path(tmp_path / "Products.json")


def test_the_bytes_of_one_file_are_told_by_their_members() -> None:
    for name, kind in (("Pricelists.json", Kind.PRICE_LISTS), ("Products.json", Kind.OFFERS)):
        [table] = reading.read_bytes((SAMPLE / name).read_bytes(), "upload").tables
        assert table.kind is kind


def test_rows_that_are_no_objects_are_rejected_one_by_one() -> None:
    items = ["x", {"erppricelistkey": "A", "CURRENCY": "NOK", "Colour": "red"}, 5]
    upload = reading.read_bytes(json.dumps(items).encode(), "lists.json")
    assert upload.rejections == (
        Rejection("lists.json", 1, "", "is no JSON object"),
        Rejection("lists.json", 3, "", "is no JSON object"),
    )
    [cells] = rows(upload, Kind.PRICE_LISTS)
    assert (cells.row, cells.key("key"), cells.key("currency")) == (2, "A", "NOK")
    assert upload.remarks == (Remark("lists.json", 0, "Colour", "is not read"),)


def test_days_are_read_under_either_name() -> None:
    items = [{"ERPPriceListKey": "A", "ValidFrom": "2026-01-01T00:00:00", "ValidToString": None}]
    [cells] = rows(reading.read_bytes(json.dumps(items).encode(), "l"), Kind.PRICE_LISTS)
    assert cells.period().start == date(2026, 1, 1)
    assert cells.period().end is None


def test_a_file_that_is_no_array_is_refused(tmp_path: Path) -> None:
    (tmp_path / "pricelists.json").write_text("{}")
    (tmp_path / "products.json").write_text("[]")
    with pytest.raises(Invalid, match=r"pricelists\.json is no JSON array"):
        reading.read_path(tmp_path)
