"""Contracts as the tests make them: one unit of PLAN at 100 a month unless they say otherwise."""

from datetime import UTC, date, datetime
from decimal import Decimal as D

from engine.catalog.charge import ChargePeriod, ChargeType
from engine.catalog.service_policy import ServicePolicy
from engine.contracts.charge import BillingTime, Charge
from engine.contracts.contract import Contract, Item, committed
from engine.pricing.rounding import Rounding

CENTS = Rounding(2)
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def an_item(
    start: date,
    end: date | None,
    total: str,
    *,
    unit: str = "100",
    quantity: str = "1",
    period: ChargePeriod = ChargePeriod.MONTH,
    arrears: bool = False,
    id: str = "chg_1",
    uplift: str | None = None,
) -> Item:
    amount = D(unit) * D(quantity)
    charge = Charge(
        id=id,
        sku="PLAN",
        name="The PLAN",
        type=ChargeType.RECURRING,
        amount=amount,
        quantity=D(quantity),
        start_date=start,
        total=D(total),
        period=period,
        end_date=end,
        billing_day=start.day,
        time=BillingTime.IN_ARREARS if arrears else BillingTime.IN_ADVANCE,
    )
    return Item(
        charge=charge,
        unit="pcs",
        unit_price=D(unit),
        list_unit_price=D(unit),
        anchor=start,
        build=(("level", "basic"),),
        uplift_percent=None if uplift is None else D(uplift),
    )


def a_policy(**members: object) -> ServicePolicy:
    return ServicePolicy(**{"id": "POL", "name": "Terms", **members})  # type: ignore[arg-type]


def a_contract(*items: Item, months: str = "12", **members: object) -> Contract:
    policy = members.pop("policy", None) or a_policy()
    assert isinstance(policy, ServicePolicy)
    value = sum((each.charge.total for each in items), D(0))
    given: dict[str, object] = {
        "id": "ctr_1",
        "number": "C-2026-000001",
        "account": "ACME",
        "currency": "USD",
        "start_date": items[0].charge.start_date,
        "end_date": items[0].charge.end_date,
        "term_months": D(months),
        "policy": policy,
        "items": items,
        "created_at": NOW,
        "updated_at": NOW,
        "commitment": committed(value, policy, CENTS),
        "first_value": value,
    }
    return Contract(**{**given, **members})  # type: ignore[arg-type]
