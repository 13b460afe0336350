"""Billing documents: what a quote was accepted for, as a billing system is told."""

from dataclasses import dataclass
from datetime import date

from engine.catalog.service_policy import Dialect, ServicePolicy
from engine.contracts.charge import BillingTime, Charge
from engine.contracts.schedule import Due, schedule
from engine.contracts.splitting import Custom, split
from engine.kernel.currency import currency
from engine.kernel.errors import Invalid
from engine.kernel.finding import Finding, Severity
from engine.ports.billing import (
    BilledCharge,
    BilledPart,
    BillingDocument,
    BillingTrace,
    ScheduledAmount,
)
from engine.pricing.rounding import Rounding
from engine.quotes.quote import Quote
from engine.quotes.version import QuoteVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstDays:
    """The first day of lines that name none: charged `once`, or `served` for a term or by use."""

    once: date
    served: date


@dataclass(frozen=True, slots=True, kw_only=True)
class BillingTarget:
    """Whose charges they are, and for which system."""

    tenant: str
    system: str


def document_of(
    target: BillingTarget,
    quote: Quote,
    version: QuoteVersion,
    days: FirstDays,
    policy: ServicePolicy,
) -> BillingDocument:
    """The charges of what `version` offers, and when they fall due.

    The policy says how recurring charges are billed.
    Invalid where nothing is offered, or a line cannot be billed.
    """
    terms, offered = version.terms, version.offered
    if not offered.lines:
        finding = Finding(Severity.ERROR, "no_lines", where="quote_id")
        raise Invalid("the quote holds nothing to bill", [finding])
    rounding = Rounding.of(currency(terms.currency), terms.policy)
    splits = split(offered.lines, days.served, _custom(policy), rounding, days.once)
    dialect = policy.dialect
    return BillingDocument(
        tenant=target.tenant,
        system=target.system,
        account=terms.account,
        currency=terms.currency,
        total=offered.totals.net,
        charges=tuple(_charge(each.charge) for each in splits),
        schedule=tuple(_due(each, dialect) for each in schedule(splits, dialect, rounding)),
        trace=BillingTrace(
            quote_id=quote.id,
            quote_number=quote.number,
            version=version.number,
            pricing_hash=offered.pricing_hash,
        ),
    )


def _custom(policy: ServicePolicy) -> Custom:
    time = BillingTime.IN_ARREARS if policy.in_arrears else BillingTime.IN_ADVANCE
    return Custom(time=time, billing_day=policy.billing_day)


def _charge(each: Charge) -> BilledCharge:
    return BilledCharge(
        id=each.id,
        sku=each.sku,
        name=each.name,
        type=each.type.value,
        amount=each.amount,
        quantity=each.quantity,
        total=each.total,
        start_date=each.start_date,
        end_date=each.end_date,
        period=None if each.period is None else each.period.value,
        billing_day=each.billing_day,
        time=each.time.value,
        line_id=each.line_id,
    )


def _due(each: Due, dialect: Dialect) -> ScheduledAmount:
    part = each.part
    return ScheduledAmount(
        day=each.day,
        amount=each.amount,
        charge=each.charge,
        period_start=each.opens,
        period_end=each.closes,
        part=None
        if part is None
        else BilledPart(dialect=dialect.value, numerator=part.days, denominator=part.of),
        estimated=each.estimated,
    )
