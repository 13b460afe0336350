"""Wanting: attributes of a contract are changed, and its charges become what that makes of them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from engine.catalog.charge import ChargeType, charge_of
from engine.contracts.amendment import (
    Difference,
    Wanted,
    difference,
    keeps_price,
    original_price,
)
from engine.contracts.contract import Contract, Item
from engine.kernel.errors import Invalid
from engine.kernel.finding import Finding, Severity
from engine.pricing.line import Ask
from engine.pricing.rounding import Rounding
from engine.pricing.totals import PricedLine
from engine.pricing.waterfall import AdjustmentKind, StepCode
from engine.services.configuring import configured
from engine.services.offering import Pricing, priced
from engine.services.pricing import MOST_UNITS

_ZERO = Decimal(0)
_ONE_OF_ALL = ("quantity", "sku")
"""Attributes that are of one charge, and not of all that have them."""
_OPTIONS = "configuration/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Attributes with what they are to be; of the charge called `charge` where one is named."""

    values: Mapping[str, Decimal | str]
    charge: str | None = None

    @property
    def options(self) -> dict[str, str]:
        """The options that are chosen, by variable."""
        return {name: str(value) for name, value in self.values.items() if name not in _ONE_OF_ALL}


def differences(  # noqa: PLR0913 (what is wanted of which contract, when, and how it is reckoned)
    contract: Contract,
    ways: Sequence[Pricing],
    changes: Changes,
    on: date,
    rounding: Rounding,
    *,
    new_id: Callable[[], str],
) -> list[Difference]:
    """Every charge that any change concerns, as it is and as it is to be from a day on.

    Invalid names each change that concerns none or is not possible.
    """
    named = [
        each for each in contract.items if each.recurs and changes.charge in {None, each.charge.id}
    ]
    lasting = [each for each in named if each.lasts_beyond(on)]
    findings = [
        *([] if changes.values else [_error("no_changes", "changes")]),
        *([] if named else [_error("unknown_charge", "charge_id")]),
    ]
    if named:
        findings += _wrong(contract, ways[-1], changes, lasting or named, on)
    if findings:
        raise Invalid("the contract cannot be changed so", findings)
    concerned = [each for each in lasting if _concerns(ways[-1], contract, changes, each)]
    return [
        difference(
            contract, each, _wanted(contract, ways, each, changes), on, rounding, charge_id=new_id()
        )
        for each in concerned
    ]


def _wrong(
    contract: Contract, way: Pricing, changes: Changes, items: Sequence[Item], on: date
) -> Iterator[Finding]:
    at_once = [each for each in items if each.charge.start_date <= max(on, contract.start_date)]
    for name in _ONE_OF_ALL:
        if name in changes.values and len(at_once) > 1:
            yield _error("ambiguous_attribute", f"changes/{name}", name=name)
    quantity = changes.values.get("quantity")
    if isinstance(quantity, Decimal) and not 0 < quantity <= MOST_UNITS:
        yield _error("quantity_out_of_range", "changes/quantity")
    swap = _wrong_swap(way, changes)
    if swap is not None:
        yield _error(swap, "changes/sku")
        return
    known = set[str]().union(*(_variables(way, contract, changes, each) for each in items))
    for name in changes.options:
        if name not in known:
            yield _error("no_such_attribute", f"changes/{name}", name=name)


def _wrong_swap(way: Pricing, changes: Changes) -> str | None:
    """Why the product cannot take another one's place, if it cannot."""
    if "sku" not in changes.values:
        return None
    product = way.data.products.get(str(changes.values["sku"]))
    if product is None:
        return "unknown_sku"
    return None if charge_of(product).type is ChargeType.RECURRING else "not_recurring"


def _concerns(way: Pricing, contract: Contract, changes: Changes, item: Item) -> bool:
    if any(name in changes.values for name in _ONE_OF_ALL):
        return True
    return any(name in _variables(way, contract, changes, item) for name in changes.options)


def _variables(way: Pricing, contract: Contract, changes: Changes, item: Item) -> set[str]:
    """The variables of what the item is to be."""
    sku = str(changes.values.get("sku", item.charge.sku))
    options, _ = configured(way.data, way.on, contract.currency, Ask(sku=sku, quantity=Decimal(1)))
    own = {name for name, _ in item.build} if sku == item.charge.sku else set()
    return own | {each.variable for each in options if not each.is_rule}


def _wanted(contract: Contract, ways: Sequence[Pricing], item: Item, changes: Changes) -> Wanted:
    ask = _ask(contract, ways[-1], item, changes)
    for way in ways[:-1]:
        try:
            return _priced(contract, way, item, ask)
        except Invalid:  # there was no such thing when the contract was made
            continue
    try:
        return _priced(contract, ways[-1], item, ask)
    except Invalid as error:
        raise Invalid(error.detail, [_of_changes(each) for each in error.findings]) from None


def _ask(contract: Contract, way: Pricing, item: Item, changes: Changes) -> Ask:
    sku = str(changes.values.get("sku", item.charge.sku))
    known = _variables(way, contract, changes, item)
    chosen = {name: value for name, value in item.chosen if name in known}
    chosen |= {name: value for name, value in changes.options.items() if name in known}
    quantity = changes.values.get("quantity", item.charge.quantity)
    return Ask(
        sku=sku,
        quantity=Decimal(quantity),
        unit="" if sku != item.charge.sku else _unit(way, item),
        configuration=tuple(sorted(chosen.items())),
    )


def _unit(way: Pricing, item: Item) -> str:
    product = way.data.products.get(item.charge.sku)
    return "" if product is None or product.quantity_unit == item.unit else item.unit


def _priced(contract: Contract, way: Pricing, item: Item, ask: Ask) -> Wanted:
    """What the item is to be, at its price by the contract's policy."""
    [line] = priced(contract, way, [ask])
    wanted = Wanted(
        sku=ask.sku,
        name=line.name,
        unit=line.unit,
        quantity=ask.quantity,
        chosen=ask.configuration,
        build=tuple((each.variable, each.value) for each in line.ask.options if not each.is_rule),
        charging=line.charge,
        unit_price=line.net_unit_price,
        list_unit_price=line.list_unit_price,
    )
    same_sku = ask.sku == item.charge.sku
    if same_sku and wanted.build == item.build and ask.quantity == item.charge.quantity:
        return replace(wanted, unit_price=item.unit_price)
    if not keeps_price(contract, item.charge.sku, ask.sku):
        return wanted
    before = replace(ask, quantity=item.charge.quantity, configuration=item.chosen)
    [was] = priced(contract, way, [before])
    price = original_price(
        item.unit_price, _gross(was), _gross(line), is_fixed=_is_fixed(was, item.unit_price)
    )
    return replace(wanted, unit_price=price)


def _gross(line: PricedLine) -> Decimal:
    """The list price of a unit with its options."""
    options = (each.bar.delta for each in line.bars if each.bar.code is StepCode.OPTIONS)
    return line.list_unit_price + sum(options, _ZERO)


def _is_fixed(line: PricedLine, unit: Decimal) -> bool:
    """Whether an agreed price stands in place of the list price, and was what was paid."""
    return line.net_unit_price == unit and any(
        each.bar.adjustment is not None and each.bar.adjustment.kind is AdjustmentKind.OVERRIDE
        for each in line.bars
    )


def _of_changes(finding: Finding) -> Finding:
    """What is wrong with a line, said of the attribute it is about."""
    member = finding.where.removeprefix("lines/0/")
    if member.startswith(_OPTIONS):
        return replace(finding, where=f"changes/{member.removeprefix(_OPTIONS)}")
    known = member in _ONE_OF_ALL
    return replace(finding, where=f"changes/{member}" if known else "changes")


def _error(code: str, where: str, **params: object) -> Finding:
    return Finding(Severity.ERROR, code, params, where)
