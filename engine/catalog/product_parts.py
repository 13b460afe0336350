"""Parts of a product's row that hold several things: its taxes, units and components."""

from collections.abc import Mapping
from decimal import Decimal

from engine.catalog.cells import Cells
from engine.catalog.product import Component, ProductTax, TaxKind

_MOST = 10
_MOST_UNITS = 50
_KINDS = tuple(kind.value for kind in TaxKind)


def taxes(cells: Cells) -> tuple[ProductTax, ...]:
    """The taxes that `taxes` lists, in their order; at most ten."""
    nested = cells.nested("taxes")
    if len(nested) > _MOST:
        raise cells.wrong("taxes", f"holds more than {_MOST} taxes")
    found = tuple(_tax(each) for each in nested)
    if len({each.code for each in found}) < len(found):
        raise cells.wrong("taxes", "holds a code twice")
    return found


def units(cells: Cells) -> Mapping[str, Decimal]:
    """The units that `units` lists with the quantity units each holds."""
    members = cells.members("units")
    if len(members) > _MOST_UNITS:
        raise cells.wrong("units", f"holds more than {_MOST_UNITS} units")
    found = {}
    for each in members:
        holds = each.amount("value")
        if not holds:
            raise cells.wrong("units", "holds a unit of nothing")
        found[each.key("key")] = holds
    return found


def components(cells: Cells) -> tuple[Component, ...]:
    """What a bundle holds, as `components` lists it."""
    nested = cells.nested("components")
    if len(nested) > _MOST_UNITS:
        raise cells.wrong("components", f"holds more than {_MOST_UNITS} products")
    return tuple(_component(each) for each in nested)


def _component(cells: Cells) -> Component:
    cells.only(("sku", "quantity"))
    quantity = cells.amount("quantity")
    if quantity == 0:
        raise cells.wrong("quantity", "is nothing")
    return Component(sku=cells.key("sku"), quantity=quantity or Decimal(1))


def _tax(cells: Cells) -> ProductTax:
    cells.only(("code", "kind", "amount", "affects_base"))
    word = cells.text("kind", TaxKind.PERCENT.value)
    if word not in _KINDS:
        raise cells.wrong("kind", f"{word[:40]!r} is none of {', '.join(_KINDS)}")
    kind = TaxKind(word)
    amount = cells.amount("amount") if kind is TaxKind.FIXED else cells.percentage("amount")
    if amount is None or (kind is TaxKind.DIVISION and amount >= 100):  # noqa: PLR2004 (percent)
        raise cells.wrong("amount", "is missing, or 100 percent of the price with the tax in it")
    return ProductTax(
        code=cells.key("code"),
        amount=amount,
        kind=kind,
        affects_base=cells.flag("affects_base", default=False),
    )
