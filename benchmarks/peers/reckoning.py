"""The figures of quote lines and alternatives, in decimals rounded half away from zero.

Discount and earning, each as amount and percent, and the total hang together; one of them
may be fixed by the user. Objects are written in place; their attributes have wire names.
"""

from collections.abc import Callable, Sequence
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple, Protocol

from benchmarks.peers.shelf import Book, Rules

_ZERO = Decimal(0)
_HUNDRED = Decimal(100)
_CENT = Decimal("0.01")
_PERCENT = Decimal("1e-10")
LABEL = "Price explanation"


class Field(Protocol):
    """An extra field of a line."""

    Name: str | None
    Value: str | None
    Type: str | int | None


class Figures(Protocol):
    """What lines and alternatives have in common."""

    ERPDiscountPercent: Decimal | None
    ERPDiscountAmount: Decimal | None
    UserValueOverride: str | int | None
    DiscountPercent: Decimal | None
    DiscountAmount: Decimal | None
    EarningPercent: Decimal | None
    EarningAmount: Decimal | None
    SubTotal: Decimal | None
    TotalPrice: Decimal | None
    Status: str | int | None
    Reason: str | None


class Line(Figures, Protocol):
    """A quote line."""

    ERPProductKey: str | None
    Quantity: Decimal | None
    QuantityUnit: str | None
    IsSubscription: bool | None
    SubscriptionQuantity: Decimal | None
    UnitListPrice: Decimal | None
    UnitCost: Decimal | None
    UnitMinimumPrice: Decimal | None
    VAT: Decimal | None
    TotalPriceWithAlternativeDiscount: Decimal | None
    ExtraInfo: list[Field] | None
    RawExtraInfo: str | None


class Alternative(Figures, Protocol):
    """An alternative."""

    VAT: Decimal | None


class Terms(NamedTuple):
    """Whose prices, in what currency, and how an extra field is made."""

    book: Book
    currency: str
    field: Callable[..., Field]


def line_changed(line: Line, alternative: Alternative | None, terms: Terms) -> None:
    """The line calculated, its share of the alternative's discount by percent."""
    _line(line, terms)
    total = line.TotalPrice or _ZERO
    rate = (alternative.DiscountPercent if alternative else None) or _ZERO
    line.TotalPriceWithAlternativeDiscount = total - _money(total * rate / _HUNDRED)


def alternative_recalculated(alternative: Alternative, lines: Sequence[Line], terms: Terms) -> None:
    """Every line, then the alternative, then each line's share of its discount."""
    cost = _ZERO
    for line in lines:
        cost += _line(line, terms)
    totals = [line.TotalPrice or _ZERO for line in lines]
    sub_total = sum(totals, _ZERO)
    rate, amount = _completed(
        sub_total,
        alternative.ERPDiscountPercent or _ZERO,
        alternative.ERPDiscountAmount or _ZERO,
    )
    _link(alternative, sub_total, cost, rate, amount)
    alternative.Status, alternative.Reason = "Ok", ""
    vat = _ZERO
    for line, share in zip(lines, _shares(totals, alternative), strict=True):
        line.TotalPriceWithAlternativeDiscount = share
        vat += _money(share * (line.VAT or _ZERO) / _HUNDRED)
    alternative.VAT = vat


def _line(line: Line, terms: Terms) -> Decimal:
    """Calculate one line; its cost for all units."""
    quantity, price = line.Quantity or _ZERO, line.UnitListPrice or _ZERO
    units = quantity
    if line.IsSubscription and line.SubscriptionQuantity:
        units *= line.SubscriptionQuantity
    sub_total = _money(price * units)
    cost = _money((line.UnitCost or _ZERO) * units)
    rate, amount = line.ERPDiscountPercent or _ZERO, line.ERPDiscountAmount or _ZERO
    rules = terms.book.get(line.ERPProductKey or "")
    said: list[str] = []
    if rules is not None:
        unit, off, said = _unit_price(rules, line, price, quantity)
        if rules.speak:
            rate, amount = (
                (_ZERO, sub_total - _money(unit * units)) if off is None else (off, _ZERO)
            )
    rate, amount = _completed(sub_total, rate, amount)
    _link(line, sub_total, cost, rate, amount)
    _judge(line, rules, units, terms.currency)
    if rules is not None:
        _explain(line, said, rules.currency, terms.field)
    return cost


def _unit_price(
    rules: Rules, line: Line, price: Decimal, quantity: Decimal
) -> tuple[Decimal, Decimal | None, list[str]]:
    """The unit price the rules lead to, the percent it is off, and a sentence for every step.

    The percent is None where an agreed price stands in place of the list price.
    """
    unit, kept, code = price, Decimal(1), rules.currency
    said = [f"List price {price:,f} {code} from price list {rules.price_list}."]
    if rules.fixed_price is not None and rules.fixed_price <= price:
        said.append(f"Agreement {rules.agreement}: agreed price {rules.fixed_price:,f} {code}.")
        return rules.fixed_price, None, said
    if rules.percent_off is not None:
        before, unit = unit, unit * (_HUNDRED - rules.percent_off) / _HUNDRED
        kept *= 1 - rules.percent_off / 100
        said.append(
            f"Agreement {rules.agreement}: {rules.percent_off} % off,"
            f" from {before:,f} to {unit:,f} {code}."
        )
    for starts_at, percent in rules.tiers:
        if starts_at <= quantity:
            before, unit = unit, unit * (_HUNDRED - percent) / _HUNDRED
            kept *= 1 - percent / 100
            said.append(
                f"Volume ladder {rules.ladder}: from {starts_at} {line.QuantityUnit}"
                f" {percent} % off, from {before:,f} to {unit:,f} {code}."
            )
            break
    return unit, (1 - kept) * 100, said


def _completed(sub_total: Decimal, rate: Decimal, amount: Decimal) -> tuple[Decimal, Decimal]:
    """A suggested discount as percent and amount; the percent decides unless it is 0."""
    if not rate and amount:
        return _share(amount, sub_total), amount
    return rate, _money(sub_total * rate / _HUNDRED)


def _link(it: Figures, sub_total: Decimal, cost: Decimal, rate: Decimal, amount: Decimal) -> None:
    """Write the figures that follow from the one the user fixed, else from the suggestion."""
    it.SubTotal, it.ERPDiscountPercent, it.ERPDiscountAmount = sub_total, rate, amount
    earning_rate = None
    match it.UserValueOverride:
        case "OverrideDiscountPercent":
            rate = it.DiscountPercent or _ZERO
            amount = _money(sub_total * rate / _HUNDRED)
        case "OverrideDiscountAmount":
            amount = it.DiscountAmount or _ZERO
            rate = _share(amount, sub_total)
        case "OverrideTotal":
            amount = sub_total - (it.TotalPrice or _ZERO)
            rate = _share(amount, sub_total)
        case "OverrideEarningAmount":
            amount = sub_total - cost - (it.EarningAmount or _ZERO)
            rate = _share(amount, sub_total)
        case "OverrideEarningPercent":
            earning_rate = it.EarningPercent or _ZERO
            amount = sub_total - _money(cost * _HUNDRED / (_HUNDRED - earning_rate))
            rate = _share(amount, sub_total)
    total = sub_total - amount
    it.DiscountPercent, it.DiscountAmount, it.TotalPrice = rate, amount, total
    it.EarningAmount = total - cost
    it.EarningPercent = _share(total - cost, total) if earning_rate is None else earning_rate


def _judge(line: Line, rules: Rules | None, units: Decimal, currency: str) -> None:
    """Write the status, and the reasons for one that is not good."""
    status, reasons = "Ok", []
    if rules is not None and not rules.in_assortment:
        status = "Warning"
        reasons.append(f"{rules.product} is no longer in the assortment.")
    if rules is not None and not rules.is_active:
        status = "Warning"
        reasons.append(f"The price list {rules.price_list} is not active today.")
    if rules is not None and rules.currency != currency:
        status = "Error"
        reasons.append(f"The product is priced in {rules.currency}, the sale is in {currency}.")
    net = (line.TotalPrice or _ZERO) / units if units else None
    cost, least = line.UnitCost or _ZERO, line.UnitMinimumPrice or _ZERO
    if net is not None and net < least:
        status = "Error"
        reasons.append(
            f"The price per unit {net:,f} {currency} is below the minimum price"
            f" {least:,f} {currency}."
        )
    if net is not None and net < cost:
        status = "Error" if status == "Error" else "Warning"
        reasons.append(
            f"The price per unit {net:,f} {currency} is below the cost {cost:,f} {currency}."
        )
    line.Status, line.Reason = status, "\n".join(reasons)


def _explain(line: Line, said: list[str], code: str, field: Callable[..., Field]) -> None:
    """Write the sentences into the extra fields, in place of older ones."""
    if line.UserValueOverride not in (None, "None"):
        said.append(
            f"Discount on the line: {line.DiscountPercent} %, {line.DiscountAmount} {code}."
        )
    extra = [each for each in line.ExtraInfo or () if each.Name != LABEL]
    extra += [field(Name=LABEL, Value=value, Type="String") for value in said]
    line.ExtraInfo = extra
    parts = [
        f'<Field Name="{each.Name}" Type="{each.Type}"><![CDATA[{each.Value}]]></Field>'
        for each in extra
    ]
    line.RawExtraInfo = f"<Fields>{''.join(parts)}</Fields>"


def _shares(totals: list[Decimal], alternative: Any) -> list[Decimal]:  # noqa: ANN401 (a carrier of any library)
    """What is left of each total after its percentage, the rest by largest remainder."""
    discount, rate = alternative.DiscountAmount or _ZERO, alternative.DiscountPercent or _ZERO
    if not rate:
        return totals
    exact = [total * rate / _HUNDRED for total in totals]
    parts = [part.quantize(_CENT, ROUND_FLOOR) for part in exact]
    left = int((discount - sum(parts, _ZERO)) / _CENT)
    if left:
        order = sorted(range(len(parts)), key=lambda at: (parts[at] - exact[at], at))
        for at in order[:left]:
            parts[at] += _CENT
    return [total - part for total, part in zip(totals, parts, strict=True)]


def _share(part: Decimal, whole: Decimal) -> Decimal:
    if not whole:
        return _ZERO
    return (part * _HUNDRED / whole).quantize(_PERCENT, ROUND_HALF_UP).normalize()


def _money(amount: Decimal) -> Decimal:
    return amount.quantize(_CENT, ROUND_HALF_UP)
