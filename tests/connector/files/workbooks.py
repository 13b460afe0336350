"""Workbooks for tests: written by openpyxl, or part by part where no program would."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

from openpyxl import Workbook  # type: ignore[import-untyped]

HEADINGS: Mapping[str, Sequence[str]] = {
    "Capabilities": ["Key", "Value"],
    "Addresses": [
        "ContactId", "Type", "AddressLine1", "AddressLine2", "AddressLine3", "AddressCity",
        "AddressZip", "AddressZipGerman", "CountryCode", "Country",
    ],
    "PriceLists": [
        "ERPPriceListKey", "Name", "Description", "Currency", "ValidFrom", "ValidTo", "IsActive",
    ],
    "Products": [
        "ERPPriceListKey", "InAssortment", "InStock", "ERPProductKey", "Name", "Description",
        "Code", "QuantityUnit", "PriceUnit", "ItemNumber", "Url", "ProductCategoryKey",
        "ProductFamilyKey", "ProductTypeKey", "Rights", "Rule", "SupplierCode", "Supplier",
        "VATInfo", "VAT", "UnitCost", "UnitMinimumPrice", "UnitListPrice", "Thumbnail",
        "ExtraInfo", "ExtraField1", "ExtraField2", "ExtraField3", "ExtraField4", "ExtraField5",
        "ProductImage1", "ProductImage2",
    ],
}  # fmt: skip
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def workbook(**sheets: Sequence[Sequence[Any]]) -> bytes:
    """A workbook with the first four sheets of the layout, `sheets` under their headings."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, headings in HEADINGS.items():
        sheet = book.create_sheet(title)
        sheet.append(list(headings))
        for row in sheets.get(title, ()):
            sheet.append(list(row))
    return saved(book)


def saved(book: Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def archive(parts: Mapping[str, str | bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip archive of `parts`."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", packing) as zipped:
        for name, content in parts.items():
            zipped.writestr(name, content)
    return file.getvalue()


def raw_parts(*sheets: str, **others: str) -> dict[str, str]:
    """The parts of a workbook whose sheets hold the given XML below `sheetData`."""
    listed = "".join(
        f'<sheet name="S{n}" sheetId="{n}" r:id="r{n}"/>' for n in range(1, len(sheets) + 1)
    )
    related = "".join(
        f'<Relationship Id="r{n}" Type="{RELATIONS}/worksheet" Target="worksheets/s{n}.xml"/>'
        for n in range(1, len(sheets) + 1)
    )
    parts = {
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}">'
        f"<sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}">{related}</Relationships>',
    }
    for n, rows in enumerate(sheets, 1):
        parts[f"xl/worksheets/s{n}.xml"] = (
            f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'
        )
    return parts | {name.replace("__", "/") + ".xml": xml for name, xml in others.items()}
