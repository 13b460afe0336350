"""The two-file layout: one JSON array of price lists, one of products with their prices."""

from collections.abc import Mapping
from pathlib import Path

from connector.files import limits, strict_json
from connector.files.columns import PRICE_LISTS, PRODUCTS, SUBSCRIPTION, Columns, headings, matched
from engine.catalog.intake import Cell, Kind, Rejection, Remark, Row, Table, Upload
from engine.kernel.errors import Invalid

_REMARKS = 50
_FILES = ("pricelists.json", "products.json")
_PRICE_LISTS: Columns = {
    **{column: word for column, word in PRICE_LISTS.items() if not column.startswith("Valid")},
    "ValidFromString": "valid_from",
    "ValidToString": "valid_to",
}
_OTHERWISE = {"extra_xml", "image_1", "image_2"}
_PRODUCTS: Columns = {
    **{column: word for column, word in PRODUCTS.items() if word not in _OTHERWISE},
    **SUBSCRIPTION,
    "RawExtraInfo": "extra_xml",
    "Image": "image_1",
}
_OTHER_SPELLINGS = {"ValidFrom": "valid_from", "ValidTo": "valid_to"}


def partners(path: Path) -> tuple[Path, Path] | None:
    """The two files that `path` (their directory, or either of them) stands for, if any."""
    folder = path if path.is_dir() else path.parent
    if not path.is_dir() and path.name.lower() not in _FILES:
        return None
    found = {each.name.lower(): each for each in sorted(folder.iterdir()) if each.is_file()}
    if not path.is_dir():
        found[path.name.lower()] = path
    try:
        price_lists, products = (found[name] for name in _FILES)
    except KeyError as error:
        raise Invalid(f"{folder.name or folder} holds no {error.args[0]}") from None
    return price_lists, products


def read_files(price_lists: Path, products: Path) -> Upload:
    """The upload that two files hold; Invalid when one of them is no array."""
    return _upload(
        (
            Kind.PRICE_LISTS,
            price_lists.name,
            strict_json.read(limits.content(price_lists), price_lists.name),
        ),
        (Kind.OFFERS, products.name, strict_json.read(limits.content(products), products.name)),
    )


def read_array(items: tuple[Cell, ...], name: str) -> Upload:
    """The upload that one of the two files holds by itself, told by its members."""
    first = next((item for item in items if isinstance(item, Mapping)), {})
    products = any(matched(PRODUCTS, member) == "sku" for member in first)
    return _upload((Kind.OFFERS if products else Kind.PRICE_LISTS, name, items))


def _upload(*files: tuple[Kind, str, Cell]) -> Upload:
    tables, rejections, remarks = [], [], []
    for kind, title, items in files:
        if not isinstance(items, tuple):
            raise Invalid(f"{title} is no JSON array")
        columns = _PRICE_LISTS if kind is Kind.PRICE_LISTS else _PRODUCTS
        rows: list[Row] = []
        unknown: dict[str, None] = {}
        for number, item in enumerate(items, 1):
            if isinstance(item, Mapping):
                rows.append(Row(number, _named(item, columns, unknown)))
            else:
                rejections.append(Rejection(title, number, "", "is no JSON object"))
        tables.append(Table(kind=kind, title=title, rows=tuple(rows), headings=headings(columns)))
        remarks += [Remark(title, 0, name, "is not read") for name in unknown]
    return Upload(tables=tuple(tables), rejections=tuple(rejections), remarks=tuple(remarks))


def _named(item: Mapping[str, Cell], columns: Columns, unknown: dict[str, None]) -> dict[str, Cell]:
    cells: dict[str, Cell] = {}
    for member, value in item.items():
        word = matched(columns, member) or matched(_OTHER_SPELLINGS, member)
        if word is None and len(unknown) < _REMARKS:
            unknown[member[:100]] = None
        elif word is not None:
            cells.setdefault(word, value)
    return cells
