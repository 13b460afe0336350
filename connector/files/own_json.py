"""The hub's own layout: one JSON object with everything a tenant's catalogue holds.

docs/import.md lists the members. Nothing is skipped in silence: an unknown member is
rejected by name.
"""

from collections.abc import Mapping

from engine.catalog.intake import Cell, Kind, Rejection, Row, Table, Upload
from engine.catalog.listing import ListName

_KINDS = {
    "price_lists": Kind.PRICE_LISTS,
    "products": Kind.PRODUCTS,
    "entries": Kind.ENTRIES,
    "addresses": Kind.ADDRESSES,
    "accounts": Kind.ACCOUNTS,
    "aliases": Kind.ALIASES,
    "agreements": Kind.AGREEMENTS,
    "ladders": Kind.LADDERS,
    "promotions": Kind.PROMOTIONS,
    "channel_discounts": Kind.CHANNEL_DISCOUNTS,
    "exchange_rates": Kind.EXCHANGE_RATES,
    "approval_rules": Kind.APPROVAL_RULES,
    "configurators": Kind.CONFIGURATORS,
    "routing_rules": Kind.ROUTING_RULES,
    "change_fees": Kind.CHANGE_FEES,
    "service_policies": Kind.SERVICE_POLICIES,
    "stages": Kind.STAGES,
    "product_lines": Kind.PRODUCT_LINES,
}
_LISTS = {name.value: name for name in ListName}


def read(whole: Mapping[str, Cell]) -> Upload:
    """The upload that the members of one JSON object describe."""
    tables: list[Table] = []
    rejections: list[Rejection] = []
    for member, value in whole.items():
        if member in _KINDS:
            tables.append(_table(_KINDS[member], member, value, rejections))
        elif member == "settings" and isinstance(value, Mapping):
            tables.append(Table(kind=Kind.SETTINGS, title=member, rows=(Row(1, value),)))
        elif member == "lists" and isinstance(value, Mapping):
            tables += _lists(value, rejections)
        elif member in {"settings", "lists"}:
            rejections.append(Rejection(member, 0, "", "is no JSON object"))
        else:
            rejections.append(Rejection(member[:100], 0, "", "is not known here"))
    return Upload(tables=tuple(tables), rejections=tuple(rejections))


def _lists(lists: Mapping[str, Cell], rejections: list[Rejection]) -> list[Table]:
    tables = []
    for name, items in lists.items():
        list_name = _LISTS.get(name.lower())
        if list_name is None:
            rejections.append(Rejection("lists", 0, name[:100], "is no list that is kept"))
        else:
            tables.append(_table(Kind.LIST_ITEMS, f"lists/{name}", items, rejections, list_name))
    return tables


def _table(
    kind: Kind,
    title: str,
    items: Cell,
    rejections: list[Rejection],
    list_name: ListName | None = None,
) -> Table:
    rows: list[Row] = []
    if not isinstance(items, tuple):
        rejections.append(Rejection(title, 0, "", "is no JSON array"))
        items = ()
    for number, item in enumerate(items, 1):
        if isinstance(item, Mapping):
            rows.append(Row(number, item))
        else:
            rejections.append(Rejection(title, number, "", "is no JSON object"))
    return Table(kind=kind, title=title, rows=tuple(rows), list_name=list_name)
