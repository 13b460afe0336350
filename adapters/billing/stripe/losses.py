"""What Stripe cannot express of a document, with the money that is at stake."""

from collections.abc import Iterator

from adapters.billing.stripe import money
from adapters.billing.stripe.sheet import full_periods, quantity_of, tiers_of
from engine.ports.billing import BilledCharge, BillingDocument, Loss


def losses_of(document: BillingDocument, *, is_plans: bool = False) -> Iterator[Loss]:
    """Everything that is lost; what has an amount is not sent as it is."""
    recurring = [each.start_date for each in document.charges if each.type == "recurring"]
    starts = min(recurring, default=None)
    for place, each in enumerate(document.charges):
        path = f"charges/{place}"
        yield from _of_amounts(document, each, path)
        if each.type == "usage":
            yield from _of_usage(document, each, path, is_plans=is_plans)
        elif each.type == "recurring":
            yield from _of_recurring(document, each, path)
        elif starts is not None and each.start_date > starts:
            message = "what is charged once is invoiced at once"
            yield Loss(path=f"{path}/start_date", message=message)


def _of_amounts(document: BillingDocument, charge: BilledCharge, path: str) -> Iterator[Loss]:
    code = document.currency
    if charge.type == "usage":
        return
    off = money.unexpressed(charge.total, code)
    if charge.type == "recurring":
        off = off or money.unexpressed(charge.amount, code)
    if off:
        message = f"amounts in {code} cannot be told that finely"
        yield Loss(path=f"{path}/amount", message=message, amount=off)


def _of_recurring(document: BillingDocument, charge: BilledCharge, path: str) -> Iterator[Loss]:
    if charge.amount < 0 or charge.total < 0:
        message = "a recurring amount cannot be below zero"
        yield Loss(path=f"{path}/amount", message=message, amount=charge.total)
        return
    if charge.time == "in_arrears":
        message = "periods are paid before them, not after them"
        yield Loss(path=f"{path}/time", message=message)
    found = full_periods(document, charge)
    if found is None and charge.total:
        message = "there are no whole periods: all of it is invoiced at once"
        yield Loss(path=f"{path}/period", message=message)
    elif found is not None and charge.total != charge.amount * found[2]:
        rest = charge.total - charge.amount * found[2]
        message = f"{rest:f} beside the whole periods is invoiced at once"
        yield Loss(path=f"{path}/schedule", message=message)
    if charge.quantity != quantity_of(charge):
        message = f"{charge.quantity:f} units are told as one"
        yield Loss(path=f"{path}/quantity", message=message)


def _of_usage(
    document: BillingDocument, charge: BilledCharge, path: str, *, is_plans: bool
) -> Iterator[Loss]:
    if is_plans:
        message = "usage cannot be counted by plans"
        yield Loss(path=f"{path}/type", message=message, amount=charge.total)
        return
    if charge.total < 0:
        message = "usage cannot cost less than nothing"
        yield Loss(path=f"{path}/amount", message=message, amount=charge.total)
    if charge.tiers and not tiers_of(charge, document.currency):
        message = f"its tiers cannot be told: every unit costs {charge.amount:f}"
        yield Loss(path=f"{path}/tiers", message=message)
    if charge.minimum is not None:
        message = f"at least {charge.minimum:f} is not told: only what is used is charged"
        yield Loss(path=f"{path}/minimum", message=message)
    if not money.is_exact(charge.amount, document.currency):
        message = "the price of a unit is cut after twelve decimals of a minor unit"
        yield Loss(path=f"{path}/amount", message=message)
