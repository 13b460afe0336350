"""Summaries: what a revision comes to, and what a person says it shall come to."""

from decimal import Decimal
from typing import Any

from connector.encoder import Answer
from connector.klaro import session
from connector.klaro.errors import bad_value, renamed
from connector.klaro.revisions import guard_right, version_of
from connector.reading import Unreadable, optional_number
from engine.kernel.errors import Moved
from engine.pricing.rounding import plain
from engine.pricing.snapshot import Snapshot
from engine.quotes.quote import Quote
from engine.quotes.version import QuoteVersion
from engine.services import drafting, handling, revising
from engine.services.drafting import Touch
from engine.services.revising import CustomTotal
from engine.tenants.user import Right

Json = dict[str, Any]
_PRICE = "custom_sales_price"
_ATTEMPTS = 3
_ZERO = Decimal(0)


def get_summary(quotation_id: int, revision_id: int) -> Json:
    """What a revision comes to."""
    return session.reading(_read, quotation_id, revision_id)


def set_summary(body: Json, quotation_id: int, revision_id: int) -> Answer:
    """What it comes to with its net, or what is to be paid, fixed; or freed."""
    total = _price(body)
    for _ in range(_ATTEMPTS - 1):
        try:
            return _fixed(quotation_id, revision_id, total)
        except Moved:  # somebody repriced it between the two looks
            continue
    return _fixed(quotation_id, revision_id, total)


def set_summary_put(body: Json, quotation_id: int, revision_id: int) -> Answer:
    """As `set_summary`."""
    return set_summary(body, quotation_id, revision_id)


def _price(body: Json) -> Decimal | None:
    try:
        total = optional_number(body[_PRICE])
    except Unreadable as error:
        raise bad_value(f"/{_PRICE}", error) from None
    if total is not None and total < 0:
        raise bad_value(f"/{_PRICE}", Unreadable("price_out_of_range", "is negative"))
    return total


def _fixed(serial: int, number: int, total: Decimal | None) -> Answer:
    data = session.snapshot_at(session.reading(_data_revision, serial))
    with renamed(manual_total=_PRICE):
        return session.once(lambda uow: _fix(uow, data, serial, number, total))


def _data_revision(records: Any, serial: int) -> int:
    """The revision of the data the quotation was priced with."""
    quote = handling.visible(records, session.viewer(), serial)
    return drafting.data_revision(records, quote.id)


def _fix(uow: Any, data: Snapshot, serial: int, number: int, total: Decimal | None) -> Json:
    guard_right(uow, Right.EDIT)
    viewer = session.viewer()
    quote = handling.visible(uow, viewer, serial, lock=True)
    touch = Touch(quote_id=quote.id, by=session.caller(), member=viewer.member)
    means = session.snapshot().settings.pricing.custom_price
    wanted = None if total is None else CustomTotal(total, means)
    found = revising.fix_total(uow, data, touch, number, wanted)
    return _summary(found.quote, found.version)


def _read(records: Any, serial: int, number: int) -> Json:
    quote = handling.visible(records, session.viewer(), serial)
    return _summary(quote, version_of(records, quote, number))


def _summary(quote: Quote, version: QuoteVersion) -> Json:
    offered = version.offered
    totals = offered.totals
    return {
        "quotation_id": quote.serial,
        "revision_id": max(version.number, 1),
        "currency": version.terms.currency,
        "original_sales_price_with_tax": offered.without_manual.total,
        "sales_price_with_tax": totals.total,
        "sales_price": totals.net,
        "sales_tax": _taxes(version),
        "cost_price": totals.cost,
        "profit": totals.margin_amount,
        "margin": totals.margin_percent,
    }


def _taxes(version: QuoteVersion) -> dict[str, Decimal]:
    """The taxes on top of the sales price, by rate; one that prices include is in it already."""
    found: dict[Decimal, Decimal] = {}
    for line in version.offered.lines:
        tax = line.price.tax
        if tax.rate and not tax.included:
            found[tax.rate] = found.get(tax.rate, _ZERO) + tax.amount
    return {f"{plain(rate):f}": found[rate] for rate in sorted(found)}
