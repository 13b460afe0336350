"""Adopting: contracts that were made elsewhere are served here from now on."""

from dataclasses import dataclass, replace
from datetime import date

from engine.contracts.contract import Contract
from engine.contracts.opening import items_of, terms_of
from engine.kernel.errors import Invalid
from engine.kernel.finding import Finding, Severity
from engine.pricing.line import Ask
from engine.pricing.snapshot import Snapshot
from engine.quotes.version import QuoteLine, QuoteTerms
from engine.services.contracting import Source, opened, policy_for, rounding_of
from engine.services.pricing import PriceBasket, price_basket
from engine.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Adopt:
    """Serve a contract of these lines from its first day, `start`, on. `by` names the caller."""

    account: str
    currency: str
    start: date
    asks: tuple[Ask, ...]
    by: str


def adopt(uow: UnitOfWork, data: Snapshot, command: Adopt) -> tuple[Contract, ...]:
    """The contracts, at what their lines cost today. Invalid where any of them is wrong."""
    today = data.today(uow.clock)
    asks = tuple(replace(each, start_date=command.start) for each in command.asks)
    basket = PriceBasket(asks=asks, account_id=command.account, currency=command.currency)
    priced = price_basket(data, today, basket).priced
    terms = QuoteTerms(
        account=command.account,
        price_list=priced.transaction.price_list.key,
        currency=command.currency,
        on=today,
        revision=data.revision,
        policy=data.settings.pricing,
    )
    policy = policy_for(data, command.account, command.start)
    lines = [QuoteLine(id=uow.ids.new("qln"), price=each) for each in priced.lines]
    items = items_of(lines, command.start, policy, rounding_of(terms))
    if not items:
        raise Invalid("nothing recurs", [Finding(Severity.ERROR, "nothing_recurs", where="lines")])
    source = Source(terms=terms, by=command.by)
    return tuple(opened(uow, data, source, each, policy) for each in terms_of(items, policy))
