"""Documents of the tests: what was sold, with amounts that were worked out by hand."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal as D

from engine.kernel.calendar import plus_months
from engine.ports.billing import BilledCharge, BillingDocument, BillingTrace, ScheduledAmount
from engine.ports.erp import Customer, PostalAddress

START = date(2027, 1, 1)

ACME = Customer(
    id="ACME",
    name="Acme Manufacturing",
    invoice=PostalAddress(
        lines=("Fabrikkveien 1", "Hall 2"), city="Oslo", zip_code="0150", country_code="NO"
    ),
)

PUMP = BilledCharge(
    id="chg_pump",
    sku="PUMP",
    name="Pump",
    type="one_time",
    amount=D("299.70"),
    quantity=D(3),
    total=D("299.70"),
    start_date=START,
    line_id="qln_pump",
    unit="pcs",
    unit_price=D("99.9"),
)
"""3 at 99.90"""
CARE = BilledCharge(
    id="chg_care",
    sku="CARE",
    name="Care Plus",
    type="recurring",
    amount=D("100.00"),
    quantity=D(3),
    total=D("1200.00"),
    start_date=START,
    end_date=date(2028, 1, 1),
    period="month",
    line_id="qln_care",
    unit="seat",
    unit_price=D("33.333333333333"),
)
"""100.00 a month for twelve months; one of the three seats is no whole number of cents"""
CALLS = BilledCharge(
    id="chg_calls",
    sku="CALLS",
    name="Calls",
    type="usage",
    amount=D("0.0375"),
    quantity=D(1000),
    total=D("37.50"),
    start_date=START,
    end_date=date(2028, 1, 1),
    line_id="qln_calls",
    unit="call",
    unit_price=D("0.0375"),
)


def monthly(charge: BilledCharge) -> tuple[ScheduledAmount, ...]:
    """The charge's amount, each month of a year."""
    return tuple(
        ScheduledAmount(
            day=plus_months(charge.start_date, place),
            amount=charge.amount,
            charge=charge.id,
            period_start=plus_months(charge.start_date, place),
            period_end=plus_months(charge.start_date, place + 1),
        )
        for place in range(12)
    )


def once(charge: BilledCharge) -> tuple[ScheduledAmount, ...]:
    return (ScheduledAmount(day=charge.start_date, amount=charge.total, charge=charge.id),)


def used(charge: BilledCharge) -> tuple[ScheduledAmount, ...]:
    day = charge.end_date or charge.start_date
    due = ScheduledAmount(day=day, amount=charge.total, charge=charge.id, estimated=True)
    return (due,)


def a_document(
    charges: tuple[BilledCharge, ...] = (PUMP, CARE),
    schedule: tuple[ScheduledAmount, ...] | None = None,
    number: str = "Q-2027-000001",
) -> BillingDocument:
    """What was sold to Acme, in euros."""
    if schedule is None:
        ways = {"one_time": once, "recurring": monthly, "usage": used}
        schedule = tuple(due for each in charges for due in ways[each.type](each))
    return BillingDocument(
        tenant="CustA",
        system="billing",
        account="ACME",
        currency="EUR",
        total=sum((each.total for each in charges), D(0)),
        charges=charges,
        schedule=schedule,
        trace=BillingTrace(
            quote_id="qte_1", quote_number=number, version=2, pricing_hash="ab" * 32
        ),
        name=f"{number} Acme Manufacturing",
        customer=ACME,
        order_number="O-2027-000001",
        purchase_order="PO-77",
        starts_at=datetime(2026, 12, 31, 23, tzinfo=UTC),
        ends_at=datetime(2027, 12, 31, 23, tzinfo=UTC),
        signed_at=datetime(2026, 12, 20, 9, 30, tzinfo=UTC),
    )


ONCE = a_document((PUMP,))
BOTH = a_document()
TRIAL = replace(BOTH, account=None, customer=None)
