"""Cases about taxes: several on one base, prices made for others, whole documents."""

from decimal import Decimal

from engine.catalog.product import TaxKind
from engine.pricing import chains
from engine.pricing.invoice import Deductions, Drawn, Item, Offer, TaxBase, draw
from engine.pricing.tax_rules import TaxRule, mapped, taxed, without
from tests.oracles.reading import Case, Json, Seen, number

_BASES = {
    "line": TaxBase.LINE,
    "unit": TaxBase.UNIT,
    "document": TaxBase.RATE_GROUP,
    "total": TaxBase.RATE_GROUP,
    "rate_group": TaxBase.RATE_GROUP,
}


def tax(case: Case) -> Seen:
    rounding = case.rounding()
    if "taxes" in case:
        rules = [_rule(each) for each in case.raw("taxes")]
        price = case.number("price") if "price" in case else case.number("base")
        found = taxed(price, rules, rounding)
        return {"net": found.net, "taxes": list(found.taxes), "total": found.total}
    before = _included(case, "from_included", "tax_included_percent")
    after = [
        *_fixed(case),
        *_included(case, "to_included"),
        *_added(case, "mapped_tax_excluded_percent"),
    ]
    unit = mapped(case.number("list_price"), before, after)
    left = chains.less(unit, case.number("discount_percent", "0"))
    return {"unit_price": unit, "net": rounding.money(without(left, after))}


def order_tax(case: Case) -> Seen:
    rounding = case.rounding()
    if "discount_line" in case:
        amount = chains.less(case.number("discount_line"), -case.number("tax_percent"))
        return {"total": rounding.money(amount)}
    level = case.raw("level") or case.policy.get("level", "line")
    found = draw(
        [_item(each) for each in _lines(case)],
        Deductions(
            line_percent=case.number("item_discount_percent", "0"),
            offers=tuple(_offer(each) for each in case.raw("promotions", [])),
            percent=case.number("order_discount_percent", "0"),
            amount=case.number("order_discount", "0"),
            fixed_total=case.number("order_fixed_price") if "order_fixed_price" in case else None,
        ),
        rounding,
        includes_tax=bool(case.raw("prices_include_tax", default=False)),
        surcharges=[_surcharge(each) for each in case.raw("surcharges", [])],
        base=_BASES[level],
    )
    return _document(found)


def _document(found: Drawn) -> Seen:
    return {
        "net": found.net,
        "gross": found.gross,
        "total": found.gross,
        "applied": list(found.applied),
    }


def _lines(case: Case) -> list[Json]:
    single = {
        "list_price": case.raw("unit_price"),
        "quantity": case.raw("quantity", 1),
        "tax_percent": case.raw("tax_percent", 0),
    }
    lines: list[Json] = case.raw("lines", [single])
    return lines


def _item(line: Json) -> Item:
    return Item(
        number(line["list_price"]), number(line["quantity"]), number(line.get("tax_percent", 0))
    )


def _surcharge(each: Json) -> Item:
    return Item(
        number(each["amount"]),
        Decimal(1),
        number(each.get("tax_percent", 0)),
        bool(each.get("includes_tax", False)),
    )


def _offer(each: Json) -> Offer:
    return Offer(
        each["name"],
        number(each["percent"]),
        number(each.get("min_qty", 0)),
        number(each.get("min_subtotal", 0)),
    )


def _rule(each: Json) -> TaxRule:
    return TaxRule(
        TaxKind(each["type"]),
        number(each["amount"]),
        included=bool(each.get("included", False)),
        affects_base=bool(each.get("affects_base", False)),
    )


def _included(case: Case, *names: str) -> list[TaxRule]:
    return [
        TaxRule(TaxKind.PERCENT, case.number(name), included=True) for name in names if name in case
    ]


def _added(case: Case, *names: str) -> list[TaxRule]:
    return [TaxRule(TaxKind.PERCENT, case.number(name)) for name in names if name in case]


def _fixed(case: Case) -> list[TaxRule]:
    if "fixed_included" not in case:
        return []
    return [TaxRule(TaxKind.FIXED, case.number("fixed_included"), included=True)]
