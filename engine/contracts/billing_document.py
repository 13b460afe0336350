"""Billing documents: what a quote was accepted for, as a billing system is told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from engine.catalog.charge import ChargeType
from engine.catalog.service_policy import Dialect, ServicePolicy
from engine.contracts.billing_details import Details, detailed
from engine.contracts.charge import BillingTime, Charge
from engine.contracts.ended import Ended
from engine.contracts.schedule import Due, schedule
from engine.contracts.splitting import Custom, Split, split
from engine.kernel.currency import currency
from engine.kernel.errors import Invalid
from engine.kernel.finding import Finding, Severity
from engine.orders.order import OrderFee
from engine.ports.billing import (
    BilledCharge,
    BilledPart,
    BillingDocument,
    BillingTrace,
    ScheduledAmount,
)
from engine.pricing.rounding import Rounding
from engine.quotes.quote import Quote
from engine.quotes.version import QuoteLine, QuoteVersion

_NO_DETAILS = Details()
FEE = "CHANGE-FEE"
"""What billing systems know fees of changes by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Billable:
    """What is to be charged: lines, and fees of changes.

    The first day of lines that name none is `once` where they are charged once, `served` where
    they are for a term or by use. Of lines in `ended`, by id, no more than that is charged.
    """

    lines: tuple[QuoteLine, ...]
    once: date
    served: date
    fees: tuple[Charge, ...] = ()
    ended: Mapping[str, Ended] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True, kw_only=True)
class BillingTarget:
    """Whose charges they are, and for which system."""

    tenant: str
    system: str


def document_of(  # noqa: PLR0913 (it brings together all that is known)
    target: BillingTarget,
    quote: Quote,
    version: QuoteVersion,
    due: Billable,
    policy: ServicePolicy,
    *,
    details: Details = _NO_DETAILS,
) -> BillingDocument:
    """The charges of what is `due` of a quote, and when they fall due.

    The policy says how recurring charges are billed.
    Invalid where nothing is offered, or a line cannot be billed.
    """
    terms, offered = version.terms, version.offered
    if not due.lines and not due.fees:
        finding = Finding(Severity.ERROR, "no_lines", where="quote_id")
        raise Invalid("the quote holds nothing to bill", [finding])
    rounding = Rounding.of(currency(terms.currency), terms.policy)
    splits = (
        *split(due.lines, due.served, _custom(policy), rounding, due.once),
        *(Split(charge=each) for each in due.fees),
    )
    dialect = policy.dialect
    charges, dues = _charged(splits, due.ended, dialect, rounding)
    document = BillingDocument(
        tenant=target.tenant,
        system=target.system,
        account=terms.account,
        currency=terms.currency,
        total=sum((each.total for each in charges), Decimal(0)),
        charges=tuple(_charge(each) for each in charges),
        schedule=tuple(_due(each, dialect) for each in dues),
        trace=BillingTrace(
            quote_id=quote.id,
            quote_number=quote.number,
            version=version.number,
            pricing_hash=offered.pricing_hash,
        ),
    )
    return detailed(document, due.lines, details, policy, rounding)


def _charged(
    splits: Sequence[Split], over: Mapping[str, Ended], dialect: Dialect, rounding: Rounding
) -> tuple[list[Charge], list[Due]]:
    """The charges and what falls due of them, by day; those that ended as far as they were."""
    charges, whole, dues = list[Charge](), list[Split](), list[Due]()
    for each in splits:
        ended = over.get(each.charge.line_id)
        if ended is None:
            whole.append(each)
            charges.append(each.charge)
        else:
            charges.append(replace(each.charge, end_date=ended.until, total=ended.total))
            dues += [replace(one, charge=each.charge.id) for one in ended.dues]
    dues += schedule(whole, dialect, rounding)
    return charges, sorted(dues, key=lambda one: one.day)


def fee_charge(number: int, fee: OrderFee, on: date) -> Charge:
    """The charge that the fee of a change is, the `number`th one of its order."""
    return Charge(
        id=f"chg_{fee.change}_{number}",
        sku=FEE,
        name=fee.label or FEE,
        type=ChargeType.ONE_TIME,
        amount=fee.amount,
        quantity=Decimal(1),
        start_date=on,
        total=fee.amount,
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
