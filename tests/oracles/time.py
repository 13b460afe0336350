"""Cases about time: parts of periods, billing cycles, changes, credits, schedules."""

from decimal import Decimal

from engine.contracts import billing
from engine.contracts.change import Prorated, change, days_bought, prorated
from engine.kernel import calendar
from engine.kernel.calendar import MONTHLY, Step
from engine.pricing import proration
from engine.pricing.rounding import EXACT, decimals
from tests.oracles.reading import Case, Seen

_ONE = Decimal(1)
_STEPS = {
    "DAILY": Step(days=1),
    "WEEKLY": calendar.WEEKLY,
    "BIWEEKLY": Step(days=14),
    "THIRTY_DAYS": calendar.THIRTY_DAYS,
    "MONTHLY": MONTHLY,
    "QUARTERLY": calendar.QUARTERLY,
    "BIANNUAL": calendar.SEMIANNUAL,
    "ANNUAL": calendar.ANNUAL,
}
_PARTS = {
    "actual": proration.actual,
    "30": proration.actual_of_thirty,
    "assume_30": proration.actual_of_thirty,
    "assume_30_actual": proration.actual_of_thirty,
    "strict_30": proration.strict_thirty,
}


def date_arith(case: Case) -> Seen:
    seen: Seen = {}
    if "end_inclusive" in case:
        seen["term_months"] = calendar.months_begun(case.day("start"), case.end())
        return seen
    step = _STEPS[case.raw("period")]
    if "end" in case:
        seen["whole_periods"] = calendar.whole_steps(case.day("start"), case.day("end"), step)
    if "n" in case:
        seen["date"] = calendar.after(case.day("start"), step, case.whole("n")).isoformat()
    if "anchor" in case:
        held = case.day("as_of") if "as_of" in case else case.day("period_opened")
        opens, closes = calendar.period_of(case.day("anchor"), step, held)
        seen["period_start"] = opens.isoformat()
        seen["period_last_day"] = (closes - closes.resolution).isoformat()
    return seen


def day_count(case: Case) -> Seen:
    start, end = case.day("start"), case.end()
    return {
        "actual": str(proration.actual(start, end)),
        "assume_30_actual": str(proration.actual_of_thirty(start, end)),
        "strict_30": str(proration.strict_thirty(start, end)),
    }


def billing_cycles(case: Case) -> Seen:
    cycles = proration.cycles_in_advance(
        case.day("start"),
        case.day("target"),
        case.whole("bcd"),
        _STEPS[case.raw("period")],
        case.day("end") if "end" in case else None,
    )
    return {"number_of_cycles": _scaled(case, cycles)}


def proration_factor(case: Case) -> Seen:
    return {"factor": _scaled(case, _factor(case))}


def proration_amount(case: Case) -> Seen:
    rounding = case.rounding()
    if "price_cents" in case:
        return _in_cents(case)
    if "period_start_day" in case:
        count = decimals(
            proration.by_billing_day(
                case.day("effective_from"),
                case.end("effective_to_inclusive", "effective_to"),
                case.whole("period_start_day"),
            ),
            int(case.policy.get("factor_scale", 12)),
        )
        amount = rounding.money(EXACT.multiply(case.number("list_price_per_month"), count))
        return {"term_count": count, "amount": amount}
    if "rate" in case:
        quantity = decimals(_factor(case), 4)
        amount = rounding.money(EXACT.multiply(case.number("rate"), quantity))
        return {"quantity": quantity, "amount": amount}
    exact = EXACT.multiply(_price(case), _factor(case))
    billed = rounding.money(exact)
    return {
        "amount": exact if "price_per_month" in case else billed,
        "billed": billed,
        "cancelled": _price(case) - billed,
    }


def plan_change(case: Case) -> Seen:
    rounding = case.rounding()
    if "old_price_year" in case:
        months = proration.calendar_months(
            case.day("amend"), case.end("period_end_inclusive", "period_end")
        )
        left = EXACT.divide(months, Decimal(12))
        found = change(case.number("old_price_year"), case.number("new_price_year"), left, rounding)
        return {"credit": found.credit, "charge": found.charge, "net": found.net}
    days, used = _days_of_change(case)
    left = case.number("fraction_remaining") if days is None else (days - used) / days
    old, new = _prices_of_change(case)
    found = change(old, new, left, rounding)
    seen: Seen = {
        "used": found.used,
        "credit": found.credit,
        "charge": found.charge,
        "net": found.net,
        "next_charge": found.next_charge,
    }
    if days is not None and new:
        seen["days"] = days_bought(old, new, days, used)
    return seen


def termination_credit(case: Case) -> Seen:
    if "unused_days" in case:
        unused = case.number("unused_days")
    else:
        last = case.end("period_end_inclusive", "period_end")
        unused = Decimal((last - case.day("terminated")).days - 1)
    part = EXACT.divide(unused, case.number("days_in_period"))
    return _cents(prorated(case.number("price_cents"), part, case.rounding(0), _tax(case)))


def commitment(case: Case) -> Seen:
    charged = [case.number("subscription_cents", "0"), *case.numbers("usage_cents")]
    missing = billing.true_up(case.number("commitment_cents"), charged)
    return {"true_up_cents": missing, "total_cents": missing + sum(charged, Decimal(0))}


def billing_schedule(case: Case) -> Seen:
    rounding = case.rounding()
    if "price" in case:
        times = case.number("duration_months") / case.number("cadence_months", "1")
        return {"invoice": rounding.money(case.number("price") * times)}
    if "mrr" in case:
        monthly = case.number("mrr")
        monthly -= monthly * case.number("discount_percent", "0") / 100
    else:
        monthly = EXACT.divide(case.number("list_price_per_year"), Decimal(12))
    months = case.whole("term_months")
    bills = billing.invoices(monthly, months, case.whole("billing_every_months", 12), rounding)
    return {
        "mrr": rounding.money(monthly),
        "acv": rounding.money(monthly * 12),
        "tcv": sum(bills, Decimal(0)),
        "invoices": bills,
        "invoice": bills[0],
    }


def renewal_total(case: Case) -> Seen:
    months: Decimal | int
    if "renewal_months" in case:
        months = case.whole("renewal_months")
    else:
        months = proration.months_first(case.day("start"), case.end())
    amount = EXACT.multiply(case.number("price_per_month"), Decimal(months))
    return {"total": case.rounding().money(amount)}


def _factor(case: Case) -> Decimal:
    """The part of a period a case is about, in the dialect its members and policy name."""
    if "previous_bill_through" in case:
        through = case.day("previous_bill_through")
        return proration.since_billed_through(through, case.end(), _STEPS[case.raw("period")])
    for count, usual in (
        ("days", "default_term_days"),
        ("months", "default_term_months"),
        ("term_months", "default_term_months"),
    ):
        if count in case and usual in case:
            return EXACT.divide(case.number(count), case.number(usual))
    return _with_stub(case) if "stub_days" in case else _of_days(case)


def _of_days(case: Case) -> Decimal:
    start, end = case.day("start"), case.end()
    if "fixed_days" in case:
        return proration.fixed_days(start, end, case.whole("fixed_days")).factor
    dialect = case.raw("day_count") or case.policy.get("day_count", "")
    if dialect in _PARTS and dialect != "actual":
        return _PARTS[dialect](start, end).factor
    return proration.calendar_months(start, end)


def _with_stub(case: Case) -> Decimal:
    """Whole periods and the days before or after them."""
    stub = case.number("stub_days")
    if "full_weeks" in case:
        return case.number("full_weeks") + EXACT.divide(stub, Decimal(7))
    dialect = case.raw("day_count") or "actual"
    of = calendar.days_in_month(case.day("start")) if dialect == "actual" else 30
    return case.number("full_months", "0") + EXACT.divide(stub, Decimal(of))


def _price(case: Case) -> Decimal:
    names = ("price", "price_per_month", "price_per_week", "list_price", "list_price_per_month")
    return next(case.number(name) for name in names if name in case)


def _in_cents(case: Case) -> Seen:
    if "period_start" in case:
        opens = case.day("period_start")
        whole = (case.end("period_end_inclusive", "period_end") - opens).days
    else:
        whole = case.whole("days_in_period")
    days = (
        case.whole("days")
        if "days" in case
        else (case.end("to_inclusive", "to") - case.day("from_")).days
    )
    part = proration.Part(days, whole).factor
    found = prorated(case.number("price_cents"), part, case.rounding(0), _tax(case))
    with_tax = case.raw("kind", "").endswith("with_tax")
    return {**_cents(found), "amount_cents": found.total if with_tax else found.net}


def _cents(found: Prorated) -> Seen:
    return {"net_cents": found.net, "tax_cents": found.tax, "total_cents": found.total}


def _tax(case: Case) -> Decimal:
    return case.number("tax_percent", "0")


def _days_of_change(case: Case) -> tuple[Decimal | None, Decimal]:
    if "fraction_remaining" in case:
        return None, Decimal(0)
    if "days_in_period" in case:
        return case.number("days_in_period"), case.number("days_used")
    opens, closes = case.day("period_start"), case.end("period_end_inclusive", "period_end")
    return Decimal((closes - opens).days), Decimal((case.day("change") - opens).days)


def _prices_of_change(case: Case) -> tuple[Decimal, Decimal]:
    if "unit_price" in case:
        unit = case.number("unit_price")
        return unit * case.number("old_qty"), unit * case.number("new_qty")
    return case.number("old_price"), case.number("new_price")


def _scaled(case: Case, factor: Decimal) -> Decimal:
    scale = case.policy.get("scale")
    return factor if scale is None else decimals(factor, int(scale))
