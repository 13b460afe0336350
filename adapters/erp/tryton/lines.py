"""The lines of an order as Tryton wants them."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeVar

from adapters.erp.tryton import wire
from adapters.erp.tryton.names import Names, rate_text
from adapters.erp.tryton.records import Currency, Found, Product, Tax, Unit
from adapters.erp.tryton.rounding import is_kept, line_amount, price_for
from engine.ports.connections import Miss, TableName
from engine.ports.erp import ErpLoss, OrderDocument, OrderedLine

One = TypeVar("One")
_CENT = Decimal("0.01")


@dataclass(slots=True, kw_only=True)
class Made:
    """A line as it would be sent, and what stands in its way.

    `lacking` is what it was sold for beyond what it comes to there.
    """

    values: dict[str, object] = field(default_factory=dict)
    taxes: tuple[int, ...] = ()
    lacking: Decimal = Decimal(0)
    misses: list[Miss] = field(default_factory=list)
    losses: list[ErpLoss] = field(default_factory=list)
    refusals: dict[str, str] = field(default_factory=dict)


def line(  # noqa: PLR0913, PLR0917 (a line is made of these)
    at: int,
    ordered: OrderedLine,
    document: OrderDocument,
    found: Found,
    names: Names,
    currency: Currency | None,
) -> Made:
    """The line at `at`, with what was found of its product, unit and tax."""
    path = f"lines/{at}"
    made = Made(
        values={"type": "line", "sequence": at + 1, "description": _text(ordered)},
    )
    product = _product(ordered, found, names, path, made)
    if product is not None:
        made.values["product"] = product.id
    unit = _unit(ordered, product, found, names, path, made)
    if unit is not None:
        made.values["unit"] = unit.id
    made.taxes = _taxes(ordered, product, found, names, path, made)
    made.values["taxes"] = [["add", list(made.taxes)]] if made.taxes else []
    _price(ordered, names, currency, path, made)
    if ordered.requested_date not in {None, document.requested_date}:
        message = "a line has no date of its own there"
        made.losses.append(ErpLoss(path=f"{path}/requested_date", message=message))
    return made


def _text(ordered: OrderedLine) -> str:
    return "\n".join(
        [ordered.name, *(f"{name}: {value}" for name, value in ordered.configuration.items())]
    )


def _product(
    ordered: OrderedLine, found: Found, names: Names, path: str, made: Made
) -> Product | None:
    code, where = names.sku(ordered), f"{path}/sku"
    every = found.products.get(code, ())
    if len(every) != 1:
        told = f"{code} ({len(every)} of them)" if every else code
        made.misses.append(Miss(TableName.SKU, ordered.sku, told, where))
        return None
    if not every[0].is_salable:
        made.refusals[where] = f"{code} cannot be sold there"
    return every[0]


def _unit(  # noqa: PLR0913, PLR0917 (a unit is found with these)
    ordered: OrderedLine,
    product: Product | None,
    found: Found,
    names: Names,
    path: str,
    made: Made,
) -> Unit | None:
    name, where = names.unit(ordered), f"{path}/unit"
    if product is None:
        return None
    unit = product.unit
    if name and (unit is None or name not in unit.names):
        every = found.units.get(name, ())
        if len(every) != 1:
            made.misses.append(Miss(TableName.UNIT, ordered.unit, name, where))
            return None
        if unit is not None and every[0].category != unit.category:
            made.refusals[where] = f"{ordered.sku} is not measured in {name} there"
        unit = every[0]
    if unit is None:
        made.refusals[where] = f"{ordered.sku} has no unit there"
    elif not is_kept(ordered.quantity, unit.digits, unit.rounding):
        made.refusals[f"{path}/quantity"] = (
            f"{ordered.quantity:f} is not kept there: {name or 'its unit'} has"
            f" {unit.digits} digits after the point"
        )
    return unit


def _taxes(  # noqa: PLR0913, PLR0917 (as above)
    ordered: OrderedLine,
    product: Product | None,
    found: Found,
    names: Names,
    path: str,
    made: Made,
) -> tuple[int, ...]:
    usual = product.taxes if product is not None else ()
    if ordered.tax_rate is None:
        return tuple(each.id for each in usual)
    name = names.tax(ordered.tax_rate)
    every = _matching(ordered.tax_rate, name, usual, found.taxes)
    if len(every) == 1:
        return (every[0].id,)
    if not every and name is None and not ordered.tax_rate:
        return ()
    ours = rate_text(ordered.tax_rate)
    theirs = name if name is not None else f"{ours} %"
    told = f"{theirs} ({len(every)} of them)" if every else theirs
    made.misses.append(Miss(TableName.TAX, ours, told, f"{path}/tax_rate"))
    return ()


def _matching(
    percent: Decimal, name: str | None, usual: tuple[Tax, ...], every: tuple[Tax, ...]
) -> tuple[Tax, ...]:
    """The tax of a name; else those of a rate, the product's own before any other."""
    if name is not None:
        return tuple(each for each in every if each.name == name)
    if [each.percent for each in usual] == [percent]:
        return usual
    return tuple(each for each in every if each.percent == percent)


def _price(
    ordered: OrderedLine, names: Names, currency: Currency | None, path: str, made: Made
) -> None:
    rounding = currency.rounding if currency is not None else _CENT
    quantity, digits = ordered.quantity, names.price_digits
    price = price_for(ordered.net, quantity, ordered.unit_price, digits, rounding)
    made.lacking = ordered.net - line_amount(quantity, price, rounding)
    made.values |= {"quantity": quantity, "unit_price": wire.amount(price)}
    if not quantity and made.lacking:
        made.refusals[f"{path}/quantity"] = "nothing of it was sold, but it costs something"
    elif made.lacking:
        message = (
            f"a price has {digits} digits there, and {quantity:f} at {price:f} come to"
            f" {ordered.net - made.lacking:f}; a line of its own makes up for it"
        )
        made.losses.append(ErpLoss(path=f"{path}/unit_price", message=message, amount=made.lacking))
