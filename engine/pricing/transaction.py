"""A transaction: several lines priced together, with what the whole of them takes off or adds.

The same request on the same data gives the same result, to the byte. Nothing here writes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from engine.catalog.charge import charge_of
from engine.catalog.price_list import PriceList
from engine.catalog.settings import PricingPolicy, RoundingLevel
from engine.customers.account import Account
from engine.kernel.errors import Invalid
from engine.kernel.finding import Finding, Severity
from engine.kernel.numbers import LARGEST, LIMIT
from engine.pricing.allocation import allocate, settle
from engine.pricing.approval import Approval
from engine.pricing.circumstances import Basket, Item
from engine.pricing.line import Ask, SaleLine, price_sale_line
from engine.pricing.listing import Listed, Listing
from engine.pricing.measuring import approvals_of
from engine.pricing.offer import Offer
from engine.pricing.pipeline import UnitPrice
from engine.pricing.proration import months
from engine.pricing.remembered import Buying, unit_price
from engine.pricing.rounding import EXACT, Rounding, kept
from engine.pricing.snapshot import Snapshot
from engine.pricing.totals import PricedLine, Totals, priced_lines, totals_of

_ZERO = Decimal(0)
_HUNDRED = Decimal(100)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction:
    """What is to be priced: for whom, from which list, on which day.

    `codes` are promotion codes. `discount_percent` (0..100) and then `discount_amount` are
    taken off the whole and shared over the lines. `manual_total` is the net that a person fixed
    for the whole, whatever the rest leads to.
    """

    account: Account | None
    price_list: PriceList
    on: date
    asks: tuple[Ask, ...]
    codes: tuple[str, ...] = ()
    discount_percent: Decimal = _ZERO
    discount_amount: Decimal = _ZERO
    manual_total: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Priced:
    """A transaction priced. Findings concern the whole; those of lines are with their lines.

    `offers` are what the lines were priced from, in their order. `calculated` is what it would
    come to had nobody fixed its total; None where nobody did.
    """

    transaction: Transaction
    offers: tuple[Offer, ...]
    lines: tuple[PricedLine, ...]
    totals: Totals
    approvals: tuple[Approval, ...]
    findings: tuple[Finding, ...]
    calculated: Totals | None = None


def price(snapshot: Snapshot, transaction: Transaction) -> Priced:
    """Price every line, share what is off the whole, add taxes, costs and totals.

    Invalid, with a finding for every line that is wrong, when any is: then nothing is priced.
    """
    listing = Listing(snapshot, transaction.price_list, transaction.on)
    listed = _listed(listing, transaction.asks)
    policy = snapshot.settings.pricing
    rounding = Rounding.of(listing.currency, policy)
    lines = _lines(snapshot, transaction, listed, rounding)
    nets = _nets(lines, rounding)
    shares = _shares(transaction, nets, rounding)
    priced = priced_lines(lines, nets, shares, rounding, policy)
    totals, calculated = totals_of(priced, rounding), None
    if transaction.manual_total is not None:
        manual = rounding.money(transaction.manual_total)
        transaction = replace(transaction, manual_total=manual)
        fixed = parts_of(manual, priced, rounding)
        priced = priced_lines(lines, nets, shares, rounding, policy, fixed)
        totals, calculated = totals_of(priced, rounding), totals
        if totals.total >= LIMIT:
            found = Finding(Severity.ERROR, "price_out_of_range", where="manual_total")
            raise Invalid("it comes to too much with its taxes", [found])
    return Priced(
        transaction=transaction,
        offers=tuple(each.offer for each in listed),
        lines=priced,
        totals=totals,
        approvals=approvals_of(snapshot, transaction.on, listing.currency.code, priced, totals),
        findings=tuple(_codes(snapshot, transaction, priced)),
        calculated=calculated,
    )


def _listed(listing: Listing, asks: Sequence[Ask]) -> list[Listed]:
    found = [listing.find(ask.sku) for ask in asks]
    findings = [
        Finding(Severity.ERROR, _missing(listing, ask), {"sku": ask.sku}, f"lines/{place}/sku")
        for place, (ask, each) in enumerate(zip(asks, found, strict=True))
        if each is None
    ]
    if findings:
        raise Invalid("some lines cannot be priced", findings)
    return [each for each in found if each is not None]


def _missing(listing: Listing, ask: Ask) -> str:
    return "no_price" if listing.knows(ask.sku) else "unknown_sku"


def _lines(
    snapshot: Snapshot, transaction: Transaction, listed: Sequence[Listed], rounding: Rounding
) -> list[SaleLine]:
    buying = Buying(snapshot, transaction.account, transaction.on)
    pairs = list(zip(transaction.asks, listed, strict=True))
    basket = Basket(
        (Item(each.offer, counted(ask, each), each.offer.entry.list_price) for ask, each in pairs),
        frozenset(transaction.codes),
    )
    lines, findings = [], []
    for place, (ask, each) in enumerate(pairs):
        unit = unit_price(
            buying,
            each.offer,
            basket,
            counted(ask, each),
            each.offer.entry.list_price,
            before=ask.quantity_before,
            options=ask.options,
        )
        line = _line(ask, each, unit, snapshot.settings.pricing, rounding)
        every = (*unit.findings, *line.findings)
        wrong = [found for found in every if found.severity is Severity.ERROR]
        if not (line.list_total <= LARGEST and line.net_total <= LARGEST):
            wrong.append(Finding(Severity.ERROR, "amount_out_of_range", where="quantity"))
        findings += [replace(found, where=f"lines/{place}/{found.where}") for found in wrong]
        lines.append(replace(line, findings=(*unit.findings, *line.findings)))
    if findings:
        raise Invalid("some lines cannot be priced", findings)
    return lines


def _line(
    ask: Ask, listed: Listed, unit: UnitPrice, policy: PricingPolicy, rounding: Rounding
) -> SaleLine:
    """The line in the unit that was asked for: rules count and price the product's own."""
    price, holds = unit.waterfall, listed.offer.product.units.get(ask.unit)
    if holds is not None:
        listed, price = listed.per(holds), price.per(holds, ask.quantity)
    charge = charge_of(listed.offer.product, term_of(ask, policy))
    return price_sale_line(ask, listed, charge, price, rounding)


def counted(ask: Ask, listed: Listed) -> Decimal:
    """How many of the product's own units are asked for."""
    holds = listed.offer.product.units.get(ask.unit)
    return ask.quantity if holds is None else EXACT.multiply(ask.quantity, holds)


def term_of(ask: Ask, policy: PricingPolicy) -> Decimal | None:
    """The months that are asked for; None for the usual ones."""
    if ask.term_months is not None or ask.start_date is None or ask.end_date is None:
        return ask.term_months
    return kept(months(ask.start_date, ask.end_date + _DAY, policy.day_count))


def _nets(lines: Sequence[SaleLine], rounding: Rounding) -> list[Decimal]:
    """The lines' nets; at document level they share the rounded sum of the exact ones."""
    if rounding.level is not RoundingLevel.DOCUMENT:
        return [line.net_total for line in lines]
    exact = [line.exact for line in lines]
    whole = rounding.money(sum(exact, _ZERO))
    return allocate(whole, exact, rounding.unit)


def _shares(transaction: Transaction, nets: Sequence[Decimal], rounding: Rounding) -> list[Decimal]:
    """What each line bears of the discount on the whole."""
    whole = sum(nets, _ZERO)
    rate = EXACT.divide(transaction.discount_percent, _HUNDRED)
    off = rounding.money(EXACT.multiply(whole, rate)) + rounding.money(transaction.discount_amount)
    if off > whole:
        found = Finding(Severity.ERROR, "discount_exceeds_price", where="discount_amount")
        raise Invalid("the discount is more than the price", [found])
    if not transaction.discount_amount:  # then it is each line's own percentage
        return settle(off, [EXACT.multiply(net, rate) for net in nets], rounding.unit)
    return allocate(off, nets, rounding.unit)


def parts_of(total: Decimal, lines: Sequence[PricedLine], rounding: Rounding) -> list[Decimal]:
    """What each line has of the total that a person fixed.

    The lines share what it differs by as they share what is off the whole.
    """
    if not lines:
        found = Finding(Severity.ERROR, "no_lines", where="manual_total")
        raise Invalid("there is nothing to spread the total over", [found])
    nets = [line.net_total for line in lines]
    off = allocate(sum(nets, _ZERO) - total, nets, rounding.unit)
    return [net - each for net, each in zip(nets, off, strict=True)]


def _codes(
    snapshot: Snapshot, transaction: Transaction, lines: Sequence[PricedLine]
) -> list[Finding]:
    """Codes that were named and lowered nothing."""
    used = {
        bar.bar.rule.id
        for line in lines
        for bar in line.bars
        if bar.bar.rule is not None and bar.bar.skipped_because is None
    }
    return [
        Finding(Severity.WARNING, "promotion_not_applied", {"code": code}, f"promotions/{place}")
        for place, code in enumerate(transaction.codes)
        if not any(each.code == code and each.id in used for each in snapshot.data.promotions)
    ]
