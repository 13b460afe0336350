"""Pricing: a basket becomes a priced transaction, for whoever asks and without writing anything."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from engine.catalog.charge import ChargeType, charge_of
from engine.catalog.price_list import PriceList
from engine.catalog.product import Product
from engine.customers.account import Account
from engine.kernel.currency import Currency, currency
from engine.kernel.errors import Invalid
from engine.kernel.finding import Finding, Severity
from engine.kernel.numbers import LIMIT
from engine.pricing import transaction
from engine.pricing.line import Ask
from engine.pricing.listing import usual_list
from engine.pricing.snapshot import Snapshot
from engine.pricing.transaction import Priced, Transaction
from engine.services.configuring import configured

MOST_LINES = 5_000
MOST_UNITS = Decimal(10) ** 9
MOST_MONTHS = Decimal(1_200)
MOST_DAYS = 36_600
_ZERO = Decimal(0)
_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceBasket:
    """Price these lines; what is left out is the usual.

    Without `account_id` list prices hold; without `price_list` the first active one in
    `currency` (ISO code), or of any currency, is taken. `manual_total` is the net that a person
    fixed for the whole. A quote may hold no line yet.
    """

    asks: tuple[Ask, ...]
    account_id: str | None = None
    currency: str | None = None
    price_list: str | None = None
    on: date | None = None
    codes: tuple[str, ...] = ()
    discount_percent: Decimal = _ZERO
    discount_amount: Decimal = _ZERO
    manual_total: Decimal | None = None
    may_be_empty: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceAnswer:
    """A priced basket, the version of the rules that priced it, and a hash of what came out."""

    priced: Priced
    rule_set_version: str
    pricing_hash: str


def price_basket(snapshot: Snapshot, today: date, command: PriceBasket) -> PriceAnswer:
    """The basket priced with the rules of `snapshot`; `today` is its day unless one is named.

    Invalid names every member that is wrong; then nothing is priced.
    """
    on = today if command.on is None else command.on
    findings: list[Finding] = []
    account = _account(snapshot, command, findings)
    price_list = _price_list(snapshot, command, on, findings)
    findings += _wrong_codes(snapshot, command.codes, on)
    findings += [*_wrong_lines(snapshot, command), *_wrong_discounts(command)]
    if findings or price_list is None:
        raise Invalid("the basket cannot be priced", findings)
    asks = _configured(snapshot, command, price_list, on)
    priced = transaction.price(
        snapshot,
        Transaction(
            account=account,
            price_list=price_list,
            on=on,
            asks=asks,
            codes=command.codes,
            discount_percent=command.discount_percent,
            discount_amount=command.discount_amount,
            manual_total=command.manual_total,
        ),
    )
    return PriceAnswer(
        priced=priced,
        rule_set_version=str(snapshot.revision),
        pricing_hash=hashed(priced),
    )


def _configured(
    snapshot: Snapshot, command: PriceBasket, price_list: PriceList, on: date
) -> tuple[Ask, ...]:
    """The lines with the options of their builds. Invalid where any cannot be built so."""
    asks, findings = [], list[Finding]()
    for place, ask in enumerate(command.asks):
        options, wrong = configured(snapshot, on, price_list.currency.code, ask)
        asks.append(replace(ask, options=options) if options != ask.options else ask)
        findings += [replace(each, where=f"lines/{place}/{each.where}") for each in wrong]
    if findings:
        raise Invalid("some lines cannot be built so", findings)
    return tuple(asks)


def hashed(priced: Priced) -> str:
    """SHA-256 (hex) over every figure and every rule of a priced transaction."""
    asked, totals = priced.transaction, priced.totals
    told: list[object] = [
        asked.account.id if asked.account else None,
        asked.price_list.key,
        asked.on,
    ]
    for line in priced.lines:
        told += (line.ask.sku, line.ask.quantity, line.list_unit_price)
        for each in line.bars:
            rule = each.bar.rule
            told += (each.bar.code, each.bar.after, each.delta_total)
            if rule is not None:
                told += (rule.id, rule.version)
        told += (line.net_total, line.tax.amount, line.cost_total)
    told += (totals.list, totals.discount, totals.net, totals.tax, totals.total, totals.cost)
    return hashlib.sha256("\n".join(map(str, told)).encode()).hexdigest()


def _account(snapshot: Snapshot, command: PriceBasket, findings: list[Finding]) -> Account | None:
    if command.account_id is None:
        return None
    account = snapshot.accounts.get(command.account_id)
    if account is None:
        findings.append(_error("unknown_account", "account_id"))
    return account


def _price_list(
    snapshot: Snapshot, command: PriceBasket, on: date, findings: list[Finding]
) -> PriceList | None:
    asked = _currency(command, findings)
    if command.price_list is None:
        found = usual_list(snapshot, asked, on)
        if found is None and not findings:
            findings.append(_error("no_price_list", "currency" if asked else "price_list"))
        return found
    named = snapshot.price_lists.get(command.price_list)
    if named is None:
        findings.append(_error("unknown_price_list", "price_list"))
    elif not named.is_active(on):
        findings.append(_error("price_list_inactive", "price_list"))
    elif asked not in {None, named.currency}:
        findings.append(_error("mixed_currencies", "currency"))
    return named


def _currency(command: PriceBasket, findings: list[Finding]) -> Currency | None:
    try:
        return currency(command.currency) if command.currency else None
    except ValueError:
        findings.append(_error("unknown_currency", "currency"))
        return None


def _wrong_lines(snapshot: Snapshot, command: PriceBasket) -> Iterator[Finding]:
    asks = command.asks
    if not asks and not command.may_be_empty:
        yield _error("no_lines", "lines")
    if len(asks) > MOST_LINES:
        yield _error("too_many_lines", "lines")
        return
    for place, ask in enumerate(asks):
        for code, member in _wrong(snapshot, ask):
            yield _error(code, f"lines/{place}/{member}")


def _wrong(snapshot: Snapshot, ask: Ask) -> Iterator[tuple[str, str]]:
    product = snapshot.products.get(ask.sku)
    if product is None:
        yield "unknown_sku", "sku"
    if not 0 < ask.quantity <= MOST_UNITS:
        yield "quantity_out_of_range", "quantity"
    if ask.unit_price is not None and not 0 <= ask.unit_price < LIMIT:
        yield "price_out_of_range", "unit_price"
    if not 0 <= ask.discount_percent <= _HUNDRED:
        yield "discount_out_of_range", "discount_percent"
    if not 0 <= ask.discount_amount < LIMIT:
        yield "discount_out_of_range", "discount_amount"
    if product is not None:
        yield from _wrong_for(product, ask)
    yield from _wrong_wish(ask)


def _wrong_for(product: Product, ask: Ask) -> Iterator[tuple[str, str]]:
    if ask.unit not in {"", product.quantity_unit} and ask.unit not in product.units:
        yield "unknown_unit", "unit"
    if not 0 <= ask.quantity_before < LIMIT:
        yield "quantity_out_of_range", "quantity_before"
    yield from _wrong_term(product, ask)


def _wrong_term(product: Product, ask: Ask) -> Iterator[tuple[str, str]]:
    """A term is in months, or from a first day to a last one."""
    member = "term_months" if ask.term_months is not None else "end_date"
    if ask.term_months is None and ask.end_date is None:
        return
    if charge_of(product).type is not ChargeType.RECURRING:
        yield "not_recurring", member
    elif ask.term_months is not None and ask.end_date is not None:
        yield "two_terms", "end_date"
    elif ask.term_months is not None:
        if not 0 < ask.term_months <= MOST_MONTHS:
            yield "term_out_of_range", member
    elif ask.start_date is None or ask.end_date is None:
        yield "no_start_date", "start_date"
    elif not 0 <= (ask.end_date - ask.start_date).days <= MOST_DAYS:
        yield "term_out_of_range", member


def _wrong_wish(ask: Ask) -> Iterator[tuple[str, str]]:
    """What a line shall come to is said in one way only."""
    wishes = {"total": ask.total, "target_margin_percent": ask.target_margin}
    wished = [name for name, value in wishes.items() if value is not None]
    if wished and (len(wished) > 1 or ask.discount_percent or ask.discount_amount):
        yield "two_prices", wished[-1]
    if ask.total is not None and not 0 <= ask.total < LIMIT:
        yield "price_out_of_range", "total"
    if ask.target_margin is not None and not -LIMIT < ask.target_margin < _HUNDRED:
        yield "margin_out_of_range", "target_margin_percent"


def _wrong_discounts(command: PriceBasket) -> Iterator[Finding]:
    if not 0 <= command.discount_percent <= _HUNDRED:
        yield _error("discount_out_of_range", "discount_percent")
    if not 0 <= command.discount_amount < LIMIT:
        yield _error("discount_out_of_range", "discount_amount")
    if command.manual_total is not None and not 0 <= command.manual_total < LIMIT:
        yield _error("price_out_of_range", "manual_total")


def _wrong_codes(snapshot: Snapshot, codes: Sequence[str], on: date) -> Iterator[Finding]:
    for place, code in enumerate(codes):
        known = [each for each in snapshot.data.promotions if each.code == code]
        if not known:
            yield _error("unknown_promotion", f"promotions/{place}")
        elif not any(on in each.validity for each in known):
            yield _error("promotion_expired", f"promotions/{place}")


def _error(code: str, where: str) -> Finding:
    return Finding(Severity.ERROR, code, where=where)
