"""Renewing: what a contract charges for goes on for another term, at a price of its own."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from engine.catalog.service_policy import RenewalPrice, ServicePolicy
from engine.contracts.amendment import rest_of
from engine.contracts.change import prorated
from engine.contracts.charge import BillingTime
from engine.contracts.contract import Contract, Item, term_end
from engine.contracts.instruction import Instruction, Op
from engine.contracts.prorating import Proration, prorate
from engine.pricing.rounding import EXACT, Rounding, unit_price

_ZERO = Decimal(0)
_HUNDRED = Decimal(100)


class CoTerm(StrEnum):
    """To which end several contracts are merged."""

    LATEST = "latest"
    EARLIEST = "earliest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """From when to when a contract goes on."""

    contract: Contract
    start: date
    end: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Continuation:
    """An item that goes on as another one.

    `credit` is what comes back of the old one where the new one begins before its end.
    """

    contract: Contract
    old: Item
    new: Item
    come: Proration
    credit: Decimal
    gone: Proration

    def instructions(self) -> tuple[Instruction, ...]:
        """What comes back, where anything does, and what the new term comes to."""
        charge = self.new.charge
        renewed = Instruction(
            op=Op.RENEW,
            sku=charge.sku,
            name=charge.name,
            quantity_delta=_ZERO,
            effective_date=charge.start_date,
            unit_price=self.new.unit_price,
            amount=charge.total,
            proration=self.come,
            charge=self.old.charge.id,
        )
        if not self.gone.part.days:
            return (renewed,)
        back = Instruction(
            op=Op.CHANGE,
            sku=self.old.charge.sku,
            name=self.old.charge.name,
            quantity_delta=_ZERO,
            effective_date=charge.start_date,
            unit_price=self.old.unit_price,
            amount=-self.credit,
            proration=self.gone,
            charge=self.old.charge.id,
        )
        return (back, renewed)


def spans(
    contracts: Sequence[Contract],
    start: date | None,
    months: Decimal | None,
    until: CoTerm | date,
) -> tuple[Span, ...]:
    """When each contract goes on: from its end, or all from `start`, to one end they share.

    That is the latest or the earliest of the ends they would have after so many `months`, or
    after as many as they had; or a day. Contracts without an end do not go on.
    """
    found = []
    for each in contracts:
        if each.end_date is not None:
            begins = each.end_date if start is None else start
            anchor = each.items[0].anchor.day if begins == each.end_date else None
            length = months or each.term_months or Decimal(1)
            found.append(Span(contract=each, start=begins, end=term_end(begins, length, anchor)))
    ends = [each.end for each in found]
    shared = until if isinstance(until, date) else _shared(until, ends)
    return tuple(replace(each, end=shared) for each in found)


def uplift_of(contract: Contract, item: Item, asked: Decimal | None) -> Decimal:
    """By how many percent an item's price rises: as asked, as it says, its contract, the policy."""
    for each in (asked, item.uplift_percent, contract.uplift_percent):
        if each is not None:
            return each
    return contract.policy.uplift


def method_of(contract: Contract, asked: Decimal | None) -> RenewalPrice:
    """How renewed prices are found; a percentage that is asked for is an uplift."""
    return contract.policy.renewal_price if asked is None else RenewalPrice.UPLIFT


def uplifted(price: Decimal, percent: Decimal) -> Decimal:
    """A net unit price so many percent higher."""
    return unit_price(EXACT.divide(EXACT.multiply(price, _HUNDRED + percent), _HUNDRED))


def continuation(  # noqa: PLR0913 (a continuation is made of these)
    span: Span,
    item: Item,
    price: Decimal,
    policy: ServicePolicy,
    rounding: Rounding,
    *,
    charge_id: str,
) -> Continuation:
    """The item going on at a price for a unit, under the terms of `policy`."""
    old = span.contract
    gone, credit = _credit(span, item, rounding)
    fresh = span.start != old.end_date
    new = replace(
        item,
        unit_price=price,
        anchor=span.start if fresh else item.anchor,
        replaces=item.charge.id,
    )
    come = prorate(policy.dialect, new.grid, span.start, span.end)
    charge = replace(
        item.charge,
        id=charge_id,
        amount=rounding.money(new.amount),
        start_date=span.start,
        end_date=span.end,
        total=prorated(new.amount, come.factor, rounding),
        billing_day=policy.billing_day or new.anchor.day,
        time=BillingTime.IN_ARREARS if policy.in_arrears else BillingTime.IN_ADVANCE,
        line_id="",
    )
    return Continuation(
        contract=old,
        old=item,
        new=replace(new, charge=charge),
        come=come,
        credit=credit,
        gone=gone,
    )


def _credit(span: Span, item: Item, rounding: Rounding) -> tuple[Proration, Decimal]:
    """What is left of the old item when the new one begins."""
    dialect, end = span.contract.policy.dialect, item.charge.end_date
    if end is None or span.start >= end:
        return prorate(dialect, item.grid, span.start, span.start), _ZERO
    return rest_of(item, max(span.start, item.charge.start_date), dialect, rounding)


def _shared(until: CoTerm, ends: Sequence[date]) -> date:
    return max(ends) if until is CoTerm.LATEST else min(ends)
