"""Cases about prices: tiers, packages, discounts in a row, units, the choice of a rule."""

from decimal import Decimal

from engine.customers.forecast import Deal, forecast
from engine.pricing import chains, tiers
from engine.pricing.allocation import allocate
from engine.pricing.figures import Master, linked, share, suggestion_of
from engine.pricing.rounding import decimals
from engine.pricing.selection import Candidate, TiedError, select
from engine.quotes.line import Line
from tests.oracles.reading import Case, Seen, number, triples

_ONE = Decimal(1)
_TIERED = {
    "volume": tiers.volume,
    "graduated": tiers.graduated,
    "slab": tiers.graduated,
    "stairstep": tiers.stairstep,
}
_MASTERS = {
    "None": (Master.NONE, "suggested_percent"),
    "DiscountPercent": (Master.DISCOUNT_PERCENT, "discount_percent"),
    "DiscountAmount": (Master.DISCOUNT_AMOUNT, "discount_amount"),
    "TotalPrice": (Master.TOTAL, "total"),
    "EarningPercent": (Master.EARNING_PERCENT, "earning_percent"),
    "EarningAmount": (Master.EARNING_AMOUNT, "earning_amount"),
}
_SCOPES = {"item": 3, "item_group": 2, "brand": 1}


def allocated(case: Case) -> Seen:
    return {"parts": allocate(case.number("total"), case.numbers("weights"), _ONE)}


def tier(case: Case) -> Seen:
    rounding = case.rounding()
    amount = _TIERED[case.raw("mode")](_bands(case), case.number("quantity"))
    return {"amount": rounding.money(amount)}


def cumulative_graduated(case: Case) -> Seen:
    return {"charges": tiers.cumulative(_bands(case), case.numbers("transactions"))}


def package(case: Case) -> Seen:
    amount = tiers.packages(
        case.number("quantity"),
        case.number("package_size"),
        case.number("price_per_package"),
        free_units=case.number("free_units", "0"),
        at_least=case.number("minimum_packages", "0"),
    )
    return {"amount": amount}


def block_tiers(case: Case) -> Seen:
    blocks = [
        tiers.Block(
            number(each["block_size"]),
            number(each["price_per_block"]),
            None if each.get("max_blocks") is None else number(each["max_blocks"]),
        )
        for each in case.raw("tiers")
    ]
    if case.raw("policy") == "TOP_TIER":
        return {"amount": tiers.top_blocks(blocks, case.number("quantity"))}
    parts = tiers.all_blocks(blocks, case.number("quantity"))
    return {"per_tier": parts, "amount": sum(parts, Decimal(0))}


def block_overage(case: Case) -> Seen:
    amount = tiers.block_and_overage(
        case.number("quantity"),
        case.number("block_up_to"),
        case.number("block_price"),
        case.number("overage_unit"),
        triples(case.raw("overage_discounts", [])),
    )
    return {"amount": amount}


def percentage_charge(case: Case) -> Seen:
    amount = tiers.percentage(
        case.number("base"),
        case.number("rate_percent"),
        free=case.number("free_units", "0"),
        events=case.number("paid_events", "0"),
        fee=case.number("fixed_fee_per_event", "0"),
    )
    return {"amount": amount}


def scale_boundary(case: Case) -> Seen:
    levels = [(number(bound), number(price)) for bound, price in case.raw("levels")]
    quantity = case.number("quantity")
    if case.raw("scale_type") == "to":
        bands = [tiers.Band(bound, price) for bound, price in levels]
        return {"unit_price": tiers.band_of(bands, quantity).unit_price}
    return {"unit_price": max(level for level in levels if level[0] <= quantity)[1]}


def line_margin(case: Case) -> Seen:
    rounding = case.rounding()
    master, member = _MASTERS[case.raw("user_value_override")]
    quantity = case.number("quantity")
    line = Line(**{"master": master, member: case.number("value")})  # type: ignore[arg-type]
    subtotal = rounding.money(case.number("unit_list_price") * quantity)
    cost = rounding.money(case.number("unit_cost") * quantity)
    suggested = suggestion_of(subtotal, line.suggested_percent, line.suggested_amount, rounding)
    figures = linked(subtotal, cost, line, suggested, rounding)
    return {
        "subtotal": subtotal,
        "discount_amount": figures.discount_amount,
        "discount_percent": figures.discount_percent,
        "total_price": figures.total,
        "total_cost": cost,
        "earning_amount": figures.earning_amount,
        "earning_percent": figures.earning_percent,
    }


def margin(case: Case) -> Seen:
    profit = case.number("sales_price") - case.number("cost_price")
    exact = profit * 100 / case.number("sales_price")
    assert share(profit, case.number("sales_price")) == decimals(exact, 10)
    return {"profit": profit, "margin": exact}


def money_round(case: Case) -> Seen:
    rounding = case.rounding()
    price = next(
        case.number(name) for name in ("contract_price", "unit_price", "list_price") if name in case
    )
    subtotal = rounding.money(price * case.number("quantity", "1"))
    off = rounding.money(subtotal - chains.less(subtotal, case.number("discount_percent", "0")))
    return {"subtotal": subtotal, "total": subtotal - off}


def price_list(case: Case) -> Seen:
    factor = case.number("uom_factor", "1")
    counted = case.number("quantity", "0") * factor
    applies = counted >= case.number("min_quantity", "0")
    price = chains.listed(
        case.number("list_price"),
        rate=case.number("currency_rate", str(case.raw("rate", "1"))),
        factor=factor,
        percent=case.number("percent", "0") if applies else Decimal(0),
        round_to=case.number("round_to") if "round_to" in case else None,
        surcharge=case.number("surcharge", "0"),
    )
    return {"unit_price": price}


def uom(case: Case) -> Seen:
    if "rule_rate" in case:
        bound = case.raw("rule_uom") == case.raw("selling_uom")
        return {"rate": case.number("rule_rate") * (_ONE if bound else case.number("factor"))}
    unit = case.raw("unit")
    tonnes = chains.converted(case.number("quantity"), unit, "t")
    price = case.number("price_per_tonne")
    if tonnes >= case.number("min_tonnes", "0"):
        price += case.number("surcharge_per_tonne", "0")
    return {"unit_price": price * chains.converted(_ONE, unit, "t")}


def stack(case: Case) -> Seen:
    seen: Seen = {}
    if "discounts" in case:
        way = chains.additive if case.raw("mode") == "additive" else chains.compound
        seen["discount_percent"] = way(case.numbers("discounts"))
    if "chain_percent" in case:
        chain = case.numbers("chain_percent")
        seen["net"] = chains.less(case.number("list_price"), chains.compound(chain))
        seen["shown_discount_percent"] = chains.compound(chain)
    if "contract_range_discounts" in case:
        quantity = case.number("quantity")
        off = chains.in_range(quantity, triples(case.raw("contract_range_discounts")))
        seen["amount"] = chains.less(case.number("list_price"), off) * quantity
    if "uplift_percent" in case:
        seen["renewal_unit"] = chains.less(case.number("net_unit"), -case.number("uplift_percent"))
    if "price_list_rate" in case:
        base = case.number("rule_rate", "0") or case.number("price_list_rate")
        raised = chains.less(base, -case.number("margin_percent", "0"))
        seen["rate_with_margin"] = raised
        seen["rate"] = chains.less(raised, case.number("discount_percent", "0"))
        seen["discount_amount"] = raised - seen["rate"]
    if "unit_price_per_month" in case:
        unit = case.number("unit_price_per_month") * case.number("months")
        seen["regular_unit"] = unit
        seen["list_total"] = unit * case.number("quantity")
        seen["customer_unit"] = unit - case.number("additional_discount_amount", "0")
    return seen


def rule_select(case: Case) -> Seen:
    if "window" in case:
        first, last = case.numbers("window")
        counted = case.number("quantity") * case.number("uom_factor", "1")
        off = chains.in_range(counted, [(first, last, case.number("percent"))])
        return {"discount_percent": off, "rate": chains.less(case.number("price"), off)}
    rules = {str(place): rule for place, rule in enumerate(case.raw("rules"))}
    speaking = [
        Candidate(
            id=key,
            priority=int(rule.get("priority", 0)),
            narrowness=(_SCOPES.get(rule.get("scope", "").partition("+")[0], 0),),
        )
        for key, rule in rules.items()
        if all(
            rule.get(name) in {None, case.raw(name)}
            for name in ("customer", "campaign", "currency")
        )
    ]
    try:
        chosen = rules[select(speaking).id]
    except TiedError:
        return {"error": "conflict"}
    return {
        "discount_percent": number(chosen.get("percent", 0)),
        "rate": number(chosen.get("rate", 0)),
    }


def forecasts(case: Case) -> Seen:
    rounding = case.rounding()
    deals = [
        Deal(number(each["amount"]), number(each["probability"])) for each in case.raw("deals")
    ]
    found = forecast(deals, rounding)
    return {
        "per_deal": list(found.weighted),
        "weighted": sum(found.weighted, Decimal(0)),
        "unweighted": found.amount,
    }


def _bands(case: Case) -> list[tiers.Band]:
    return [
        tiers.Band(
            None if each.get("up_to") is None else number(each["up_to"]),
            number(each.get("unit_price", 0)),
            number(each.get("flat", 0)),
        )
        for each in case.raw("tiers")
    ]
