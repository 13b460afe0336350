"""What Vayu cannot express of a document, with the money that is at stake."""

from collections.abc import Iterator
from decimal import Decimal

from adapters.billing.vayu.pricing import (
    Term,
    dues_of,
    estimate,
    is_instalments,
    is_once,
    tells_tiers,
)
from engine.kernel.currency import currency
from engine.ports.billing import BilledCharge, BillingDocument, Loss

CURRENCIES = frozenset({"USD", "EUR", "GBP", "ILS", "CAD", "AUD", "COP", "BRL"})


def losses_of(document: BillingDocument, *, shows_discounts: bool = False) -> Iterator[Loss]:
    """Everything that is lost; what has an amount is not sent as it is."""
    if document.currency not in CURRENCIES:
        known = ", ".join(sorted(CURRENCIES))
        message = f"Vayu cannot invoice in {document.currency}, only in {known}"
        yield Loss(path="currency", message=message, amount=document.total)
    term = Term.of(document) if document.charges else None
    for place, each in enumerate(document.charges):
        path = f"charges/{place}"
        if each.total < 0 or (each.amount < 0 and each.type != "usage"):
            message = "amounts below zero cannot be told: issue a credit there"
            yield Loss(path=f"{path}/amount", message=message, amount=each.total)
        elif each.type == "usage":
            yield from _of_usage(document, each, path)
        if term is not None:
            yield from _of_form(document, each, term, path, shows_discounts=shows_discounts)


def _of_usage(document: BillingDocument, charge: BilledCharge, path: str) -> Iterator[Loss]:
    if charge.tiers and not tells_tiers(charge):
        message = f"{charge.tier_kind} tiers cannot be told: every unit costs {charge.amount:f}"
        yield Loss(path=f"{path}/tiers", message=message)
    off = estimate(charge) - charge.total
    if abs(off) * 2 > _minor_unit(document.currency):
        message = f"the expected usage comes to {off:+f} more there than it was sold for"
        yield Loss(path=f"{path}/total", message=message)


def _of_form(
    document: BillingDocument,
    charge: BilledCharge,
    term: Term,
    path: str,
    *,
    shows_discounts: bool,
) -> Iterator[Loss]:
    dues = dues_of(document, charge)
    is_in_parts = is_instalments(charge, dues, term.start)
    due = sum(each.amount for each in dues)
    if (is_in_parts or charge.type == "recurring") and due != charge.total:
        message = "what falls due is not what it was sold for"
        yield Loss(path=f"{path}/total", message=message, amount=charge.total - due)
    if any(each.amount < 0 for each in dues) and charge.total >= 0:
        message = "an amount that falls due is below zero"
        yield Loss(path=f"{path}/schedule", message=message, amount=charge.total)
    if is_in_parts and shows_discounts and charge.discount is not None:
        message = "what is off is not shown where amounts are told with their days"
        yield Loss(path=f"{path}/discount", message=message)
    is_moved = charge.type == "usage" or is_once(charge, term.start)
    if is_moved and charge.start_date != term.start:
        message = f"it is charged from {term.start} on, the contract's first day"
        yield Loss(path=f"{path}/start_date", message=message)


def _minor_unit(code: str) -> Decimal:
    try:
        return Decimal(1).scaleb(-currency(code).digits)
    except ValueError:
        return Decimal("0.01")
