"""A document as Stripe is told it: products, rates, subscriptions and one invoice. No I/O.

A recurring charge is a subscription for its whole periods; what is due for parts of periods, and
what rounding has left, is invoiced at once with what is charged once.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from adapters.billing.stripe import money
from adapters.billing.stripe.parts import Extra, Item, Rate, Sheet, Subscription
from engine.kernel import calendar
from engine.kernel.calendar import Step
from engine.ports.billing import BilledCharge, BillingDocument

_ZERO = Decimal(0)
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_MOST_METADATA = 500
_MONTHS_OF_YEAR = 12
_MOST_ITEMS = 20
"""Of one subscription."""


def reference_of(document: BillingDocument) -> str:
    """What people call it in both systems."""
    return document.trace.quote_number


def metadata_of(document: BillingDocument, piece: str) -> dict[str, str]:
    """What everything that is made carries, to be found by."""
    said = {
        "quotewright_quote": reference_of(document),
        "quotewright_piece": piece,
        "quotewright_quote_id": document.trace.quote_id,
        "quotewright_version": str(document.trace.version),
        "quotewright_pricing_hash": document.trace.pricing_hash,
        "quotewright_order": document.order_number,
        "purchase_order": document.purchase_order,
    }
    return {name: value[:_MOST_METADATA] for name, value in said.items() if value}


def customer_of(document: BillingDocument) -> dict[str, object]:
    """The document's customer as it is made there."""
    known, ours = document.customer, document.account or ""
    found: dict[str, object] = {
        "name": known.name if known is not None else ours,
        "metadata": {"quotewright_account": ours},
    }
    at = known.invoice if known is not None else None
    if at is not None:
        first, *rest = (*at.lines, "")
        address = {
            "line1": first,
            "line2": ", ".join(filter(None, rest)),
            "city": at.city,
            "postal_code": at.zip_code,
            "country": at.country_code,
        }
        found["address"] = {name: value for name, value in address.items() if value}
    return found


def sheet_of(
    document: BillingDocument,
    product_of: Mapping[str, str],
    meters: Mapping[str, str],
    *,
    is_plans: bool = False,
) -> Sheet:
    """What is made; `product_of` and `meters` say what there is there, by our sku.

    Plans cannot have decimals of a minor unit, and each subscription has one.
    """
    maker = _Maker(document, product_of, meters, is_plans)
    return Sheet(
        products={product_of[each.sku]: each.name or each.sku for each in document.charges},
        subscriptions=maker.subscriptions(),
        extras=maker.extras(),
        usage=tuple(dict.fromkeys(each.sku for each in document.charges if _is_usage(each))),
    )


def full_periods(document: BillingDocument, charge: BilledCharge) -> tuple[date, date, int] | None:
    """The first day of a charge's whole periods, the day after the last one, and how many."""
    months = _MONTHS.get(charge.period or "", 0)
    full = [
        (each.period_start, each.period_end)
        for each in document.schedule
        if each.charge == charge.id and each.part is None
    ]
    starts = [start for start, end in full if start is not None and end is not None]
    ends = [end for start, end in full if start is not None and end is not None]
    if not months or not full or len(starts) != len(full) or charge.amount <= 0:
        return None
    start, end = min(starts), max(ends)
    if calendar.whole_steps(start, end, Step(months=months)) != len(full):
        return None
    return start, end, len(full)


def quantity_of(charge: BilledCharge) -> int:
    """The units it is told as: one, where they are no whole number."""
    is_whole = charge.quantity == charge.quantity.to_integral_value() and charge.quantity > 0
    return int(charge.quantity) if is_whole else 1


@dataclass(frozen=True, slots=True)
class _Maker:
    document: BillingDocument
    product_of: Mapping[str, str]
    meters: Mapping[str, str]
    is_plans: bool

    def subscriptions(self) -> tuple[Subscription, ...]:
        """One for all that is billed in the same rhythm from the same day to the same day."""
        groups: dict[tuple[int, date, date | None], list[Item]] = {}
        for each in self.document.charges:
            found = self._usage(each) if _is_usage(each) else self._recurring(each)
            if found is None:
                continue
            start, end, item = found
            end = None if self.document.auto_renew else end
            groups.setdefault((item.rate.months, start, end), []).append(item)
        most = 1 if self.is_plans else _MOST_ITEMS
        parts = [
            (rhythm, tuple(part))
            for rhythm, items in groups.items()
            for part in _parts(_merged(items), most)
        ]
        return tuple(
            Subscription(
                piece=f"subscription-{number}", months=months, start=start, end=end, items=items
            )
            for number, ((months, start, end), items) in enumerate(parts, 1)
        )

    def extras(self) -> tuple[Extra, ...]:
        """What is charged once, and what is left of recurring charges beside whole periods."""
        return tuple(filter(None, map(self._extra, self.document.charges)))

    def _recurring(self, charge: BilledCharge) -> tuple[date, date | None, Item] | None:
        found = full_periods(self.document, charge)
        if charge.type != "recurring" or found is None:
            return None
        start, end, count = found
        quantity = quantity_of(charge)
        amount = money.each(charge.amount, quantity, self.document.currency)
        if self.is_plans and "." in amount:
            quantity = 1
            amount = money.each(charge.amount, quantity, self.document.currency)
        rate = self._rate(charge, amount, _MONTHS[charge.period or ""])
        return start, end, Item(charges=(charge.id,), rate=rate, quantity=quantity, periods=count)

    def _usage(self, charge: BilledCharge) -> tuple[date, date | None, Item]:
        ends = [each.end_date for each in self.document.charges if each.end_date is not None]
        end = charge.end_date or max(ends, default=None)
        amount = money.unit(max(charge.amount, _ZERO), self.document.currency)
        rate = self._rate(charge, amount, 1)
        return charge.start_date, end, Item(charges=(charge.id,), rate=rate, quantity=None)

    def _rate(self, charge: BilledCharge, amount: str, months: int) -> Rate:
        tiers = tiers_of(charge, self.document.currency)
        return Rate(
            sku=charge.sku,
            product=self.product_of[charge.sku],
            currency=self.document.currency.lower(),
            amount="" if tiers else amount,
            months=months,
            meter=self.meters.get(charge.sku, "") if _is_usage(charge) else "",
            tiers=tiers,
            tier_kind=charge.tier_kind if tiers else "",
        )

    def _extra(self, charge: BilledCharge) -> Extra | None:
        amount, what = charge.total, charge.name or charge.sku
        if _is_usage(charge):
            return None
        found = full_periods(self.document, charge) if charge.type == "recurring" else None
        if found is not None:
            amount -= charge.amount * found[2]
            what = f"{what} (beside whole periods)"
        if not amount:
            return None
        units = f"{charge.quantity:f} {charge.unit}".strip()
        return Extra(
            charge=charge.id,
            sku=charge.sku,
            product=self.product_of[charge.sku],
            amount=money.whole(amount, self.document.currency),
            description=f"{what}: {units}",
        )


def _merged(items: Sequence[Item]) -> list[Item]:
    """One item for each rate: a subscription has a rate once."""
    found: dict[str, Item] = {}
    for each in items:
        known = found.get(each.rate.key)
        if known is not None:
            units = None if each.quantity is None else (known.quantity or 0) + each.quantity
            charges = (*known.charges, *each.charges)
            found[each.rate.key] = replace(known, charges=charges, quantity=units)
        else:
            found[each.rate.key] = each
    return list(found.values())


def _parts(items: Sequence[Item], most: int) -> Iterator[Sequence[Item]]:
    for begin in range(0, len(items), most):
        yield items[begin : begin + most]


def tiers_of(charge: BilledCharge, currency: str) -> tuple[Mapping[str, str], ...]:
    """The tiers of usage; none where a bound is no whole number, or a price too fine."""
    bounds = [each.ends_at for each in charge.tiers if each.ends_at is not None]
    if any(each != each.to_integral_value() for each in bounds):
        return ()
    prices = [price for each in charge.tiers for price in (each.unit_price, each.flat)]
    if not all(money.is_exact(each, currency) for each in prices):
        return ()
    return tuple(
        {
            "up_to": _up_to(each.ends_at, charge.tier_kind),
            "unit_amount_decimal": money.unit(each.unit_price, currency),
            **({"flat_amount_decimal": money.unit(each.flat, currency)} if each.flat else {}),
        }
        for each in charge.tiers
    )


def _up_to(ends_at: Decimal | None, kind: str) -> str:
    """The last unit of a tier: of volume tiers the one that begins there is the next one's."""
    if ends_at is None:
        return "inf"
    return str(int(ends_at) - (1 if kind == "volume" else 0))


def _is_usage(charge: BilledCharge) -> bool:
    return charge.type == "usage"


def interval_of(months: int) -> dict[str, object]:
    """How Stripe says every so many months."""
    years, rest = divmod(months, _MONTHS_OF_YEAR)
    if rest:
        return {"interval": "month", "interval_count": months}
    return {"interval": "year", "interval_count": years}
