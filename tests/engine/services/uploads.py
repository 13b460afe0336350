"""Small uploads for tests, and what came of them."""

from collections.abc import Mapping
from decimal import Decimal
from typing import cast

from engine.catalog.intake import Cell, Kind, Row, Table, Upload
from engine.catalog.listing import ListName
from engine.hub import Hub
from engine.pricing.snapshot import CatalogueData
from engine.services.importing import ImportReport, import_catalogue

TENANT = "fjord"
OFFER = {"price_list": "NOK", "sku": "PUMP", "name": "Pump", "list_price": Decimal(100)}
LISTS = ({"key": "NOK", "currency": "NOK"}, {"key": "EUR", "currency": "eur"})
RISING = (
    {"starts_at": Decimal(3), "percent": Decimal(5)},
    {"starts_at": Decimal(10), "percent": Decimal("7.5")},
)
LADDER = {"id": "LAD", "sku": "PUMP", "tiers": RISING}
AGREEMENT = {
    "id": "AGR",
    "account": "ACME",
    "valid_from": "2026-01-01",
    "terms": (
        {"kind": "percent", "value": Decimal(8), "category": "VX"},
        {"kind": "fixed_price", "value": "165", "sku": "PUMP", "currency": "NOK"},
    ),
}


def table(kind: Kind, *rows: Mapping[str, object], list_name: ListName | None = None) -> Table:
    numbered = tuple(
        Row(number, cast("Mapping[str, Cell]", cells)) for number, cells in enumerate(rows, 1)
    )
    return Table(kind=kind, title=kind.value, rows=numbered, list_name=list_name)


def put(hub: Hub, *tables: Table, **options: bool) -> ImportReport:
    with hub.unit_of_work(TENANT) as uow:
        return import_catalogue(uow, Upload(tables=tables), **options)  # type: ignore[arg-type]


def kept(hub: Hub) -> CatalogueData:
    with hub.reading(TENANT) as view:
        return view.catalogues.load()


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    return report.created, report.updated, report.unchanged, len(report.rejected)


def revision(hub: Hub) -> int:
    tenant = hub.standing(TENANT)
    assert tenant is not None
    return tenant.revision
