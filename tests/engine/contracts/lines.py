"""Lines of quotes as the tests of billing sell them."""

from datetime import date
from decimal import Decimal as D

from engine.catalog.charge import Charge, ChargePeriod, ChargeType
from engine.pricing.line import Ask
from engine.pricing.taxes import Tax
from engine.pricing.totals import PricedLine
from engine.quotes.version import QuoteLine

MONTH, QUARTER, YEAR = ChargePeriod.MONTH, ChargePeriod.QUARTER, ChargePeriod.YEAR


def once(total: str, quantity: str = "1") -> QuoteLine:
    return sold(total, Charge(type=ChargeType.ONE_TIME), quantity=quantity)


def used(total: str, unit: str, quantity: str) -> QuoteLine:
    return sold(total, Charge(type=ChargeType.USAGE), unit=unit, quantity=quantity)


def recurring(
    total: str, period: ChargePeriod, months: str, *, first: date | None = None
) -> QuoteLine:
    charge = Charge(type=ChargeType.RECURRING, period=period, term_months=D(months))
    return sold(total, charge, first=first)


def sold(
    total: str,
    charge: Charge,
    *,
    unit: str = "1",
    quantity: str = "1",
    first: date | None = None,
    last: date | None = None,
) -> QuoteLine:
    price = PricedLine(
        ask=Ask(sku="PUMP", quantity=D(quantity), start_date=first, end_date=last),
        name="The PUMP",
        unit="pcs",
        charge=charge,
        bars=(),
        list_unit_price=D(unit),
        net_unit_price=D(unit),
        list_total=D(total),
        net_total=D(total),
        tax=Tax("", D(0), D(0)),
        floor=None,
        cost_total=None,
        findings=(),
    )
    return QuoteLine(id="qln_A", price=price)
