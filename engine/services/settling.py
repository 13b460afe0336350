"""Settling: what an act on a contract comes to, when nobody has to be asked, is ordered at once.

The order is of a quote of its own, whose lines are the amounts of the act; credits are negative.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from engine.catalog.charge import Charge, ChargeType
from engine.catalog.price_list import PriceList, PriceListEntry
from engine.catalog.product import Product
from engine.catalog.routing import CONTRACTS, RoutingRule
from engine.contracts.contract import Contract
from engine.contracts.plan import Plan
from engine.orders.order import Order
from engine.pricing import totals
from engine.pricing.line import Ask, SaleLine, price_sale_line
from engine.pricing.listing import Listed
from engine.pricing.offer import Offer
from engine.pricing.rounding import EXACT, Rounding, unit_price
from engine.pricing.snapshot import Snapshot
from engine.pricing.waterfall import StepCode, Waterfall
from engine.quotes.history import Happening
from engine.quotes.quote import OWN, QuoteStatus
from engine.quotes.version import QuoteAlternative, QuoteLine, QuoteTerms, QuoteVersion
from engine.services import ordering
from engine.services.assigning import line_of
from engine.services.contracting import money_of, rounding_for
from engine.services.drafting import Quoted, new_quote
from engine.services.noting import note
from engine.services.ordering import PlaceOrder
from engine.store.unit_of_work import UnitOfWork

_ONCE = Charge(type=ChargeType.ONE_TIME)
_RULED = (
    *(StepCode.OPTIONS, StepCode.AGREEMENT, StepCode.VOLUME),
    *(StepCode.PROMOTION, StepCode.CHANNEL),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """An amount that is due, or comes back where it is negative."""

    sku: str
    name: str
    quantity: Decimal
    amount: Decimal
    on: date


def settle(  # noqa: PLR0913, PLR0917 (a settlement is made of these)
    uow: UnitOfWork,
    data: Snapshot,
    contract: Contract,
    title: str,
    dues: Sequence[Due],
    plan: Plan,
) -> tuple[Quoted, Order]:
    """The order of what is due, placed; what was planned is carried out with it."""
    rounding = rounding_for(data, contract)
    lines = _lines(uow, data, contract, dues, rounding)
    alternative = QuoteAlternative(
        id=uow.ids.new("qal"),
        lines=lines,
        totals=totals.totals_of([each.price for each in lines], rounding),
    )
    version = QuoteVersion(
        number=1,
        made_at=uow.clock.now(),
        terms=QuoteTerms(
            account=contract.account,
            price_list=contract.price_list or "",
            currency=contract.currency,
            on=data.today(uow.clock),
            revision=data.revision,
            policy=data.settings.pricing,
        ),
        alternatives=(alternative,),
        chosen=alternative.id,
    )
    quote = new_quote(uow, OWN, "", contract.currency, plan.by)
    quote = replace(
        quote,
        origin_key=quote.id,
        account=contract.account,
        title=title,
        version=1,
        line=line_of(uow, None, version),
    )
    uow.quotes.add(quote)
    uow.quote_versions.put(quote.id, version)
    note(uow, quote, Happening.CREATED, plan.by)
    return ordered(uow, _kept_by_contracts(data, dues), Quoted(quote, version), plan)


def ordered(uow: UnitOfWork, data: Snapshot, found: Quoted, plan: Plan) -> tuple[Quoted, Order]:
    """A quote nobody has to be asked about, accepted and ordered; the plan is carried out."""
    uow.contracts.plan(found.quote.id, plan)
    quote = replace(found.quote, status=QuoteStatus.ACCEPTED, updated_at=uow.clock.now())
    saved = uow.quotes.save(quote)
    note(uow, saved, Happening.ACCEPTED, plan.by)
    placed = ordering.place(uow, data, PlaceOrder(quote_id=saved.id, by=plan.by))
    return Quoted(uow.quotes.get(saved.id), found.version), placed.order


def _kept_by_contracts(data: Snapshot, dues: Sequence[Due]) -> Snapshot:
    """The same data, by which nothing of an order is made, shipped or taken apart."""
    wares = {each.sku: Product(sku=each.sku, code="", name=each.name) for each in dues}
    rule = RoutingRule(id=CONTRACTS, name=CONTRACTS, system=CONTRACTS)
    kept = replace(data.data, products=tuple(wares.values()), routing_rules=(rule,))
    return Snapshot(data.tenant, data.revision, kept)


def _lines(
    uow: UnitOfWork,
    data: Snapshot,
    contract: Contract,
    dues: Sequence[Due],
    rounding: Rounding,
) -> tuple[QuoteLine, ...]:
    sales = [_sale(data, contract, each, rounding) for each in dues]
    nets = [each.net_total for each in sales]
    none = [Decimal(0)] * len(sales)
    priced = totals.priced_lines(sales, nets, none, rounding, data.settings.pricing)
    return tuple(QuoteLine(id=uow.ids.new("qln"), price=each) for each in priced)


def _sale(data: Snapshot, contract: Contract, due: Due, rounding: Rounding) -> SaleLine:
    money = money_of(contract.currency)
    product = data.products.get(due.sku) or Product(sku=due.sku, code="", name=due.name)
    each = unit_price(EXACT.divide(due.amount, due.quantity))
    key = contract.price_list or ""
    entry = PriceListEntry(price_list=key, sku=due.sku, list_price=each)
    listed = PriceList(key=key, name=key, currency=money)
    offer = Offer(due.sku, replace(product, name=due.name), entry, listed)
    price = Waterfall(each, money, due.quantity).then(StepCode.LIST, each, amount=due.amount)
    for code in _RULED:
        price = price.skip(code, "settled")
    ask = Ask(sku=due.sku, quantity=due.quantity, start_date=due.on)
    sale = price_sale_line(ask, Listed(offer), _ONCE, price, rounding)
    return replace(sale, findings=())
