"""Expecting: what the deals of an account come to, by the quotes that were made for them."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

from engine.customers.forecast import Deal, Expected, Month, forecast, pipeline
from engine.kernel.currency import currency
from engine.pricing.rounding import Rounding
from engine.pricing.snapshot import Snapshot
from engine.quotes.acts import status_on
from engine.quotes.quote import QuoteStatus
from engine.store.unit_of_work import Reading

_OVER = frozenset({QuoteStatus.DECLINED, QuoteStatus.EXPIRED, QuoteStatus.DELETED})


def favourites(
    reading: Reading, account: str, deals: Iterable[str | None], today: date
) -> dict[str | None, str]:
    """The newest quote of each deal (None: of no deal) that may still be, or was, taken."""
    found: dict[str | None, str] = {}
    for deal, quote_ids in reading.opportunities.quotes(account, deals).items():
        for quote_id in quote_ids:
            if status_on(reading.quotes.get(quote_id), today) not in _OVER:
                found[deal] = quote_id
                break
    return found


def expected_of(reading: Reading, account: str, today: date) -> Iterator[tuple[str, Expected]]:
    """What every deal of an account comes to: its quote's net once that is something."""
    deals = reading.opportunities.of_account(account)
    chosen = favourites(reading, account, [each.id for each in deals], today)
    quotes = [reading.quotes.get(quote_id) for quote_id in chosen.values()]
    heads = reading.quote_versions.heads((each.id, each.version) for each in quotes)
    for each in deals:
        amount, code = each.amount, each.currency
        head = heads.get(chosen.get(each.id, ""))
        if head is not None and (head.offered.totals.list or head.offered.totals.net):
            amount, code = head.offered.totals.net, head.terms.currency
        yield each.id, Expected(Deal(amount, each.probability), code, each.close_date)


def weighted(data: Snapshot, expected: Expected) -> Decimal:
    """What a deal weighs in the forecast."""
    return forecast([expected.deal], _rounding(data, expected.currency)).weighted[0]


def months_of(data: Snapshot, expected: Iterable[Expected]) -> tuple[Month, ...]:
    """The pipeline of deals."""
    return tuple(pipeline(expected, lambda code: _rounding(data, code)))


def _rounding(data: Snapshot, code: str) -> Rounding:
    return Rounding.of(currency(code), data.settings.pricing)
