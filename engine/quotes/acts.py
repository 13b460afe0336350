"""The life of a quote: what may be done to it in which status, and where that leads."""

from datetime import date
from enum import StrEnum

from engine.kernel.errors import IllegalTransition, QuoteLocked
from engine.quotes.quote import OWN, Quote, QuoteStatus

_S = QuoteStatus


class Act(StrEnum):
    """What is done to a quote as a whole."""

    SUBMIT = "submit"
    """ask for the approvals it needs"""
    APPROVE = "approve"
    REJECT = "reject"
    SEND = "send"
    HOLD = "hold"
    """the customer asked for time"""
    RESUME = "resume"
    ACCEPT = "accept"
    DECLINE = "decline"
    REVISE = "revise"
    """make a new version of it"""
    REPRICE = "reprice"
    """price it with the rules of now"""


_WITH_CUSTOMER = frozenset({_S.APPROVED, _S.SENT, _S.ON_HOLD})
_ALLOWED = {
    Act.SUBMIT: frozenset({_S.DRAFT}),
    Act.APPROVE: frozenset({_S.IN_APPROVAL}),
    Act.REJECT: frozenset({_S.IN_APPROVAL}),
    Act.SEND: frozenset({_S.APPROVED}),
    Act.HOLD: frozenset({_S.SENT}),
    Act.RESUME: frozenset({_S.ON_HOLD}),
    Act.ACCEPT: frozenset({_S.APPROVED, _S.SENT}),
    Act.DECLINE: frozenset({_S.DRAFT, _S.IN_APPROVAL}) | _WITH_CUSTOMER,
    Act.REVISE: frozenset({_S.IN_APPROVAL, _S.DECLINED, _S.EXPIRED}) | _WITH_CUSTOMER,
    Act.REPRICE: frozenset({_S.DRAFT}),
}


_WHERE_KEPT = frozenset({Act.SUBMIT, Act.REVISE, Act.REPRICE})
"""What is done to a draft, or makes one: it is done where the quote is kept."""


def status_on(quote: Quote, today: date) -> QuoteStatus:
    """The quote's status on a day: what was offered expires when its last day is over.

    What was declined or accepted stays so.
    """
    is_over = quote.valid_until is not None and quote.valid_until < today
    return _S.EXPIRED if is_over and quote.status in _WITH_CUSTOMER else quote.status


def guard(act: Act, quote: Quote, today: date) -> None:
    """Raise `QuoteLocked` or `IllegalTransition` where the quote's status forbids `act`."""
    status = status_on(quote, today)
    if act in _WHERE_KEPT:
        guard_lead(quote)
    if status in _ALLOWED[act]:
        return
    if act is Act.REPRICE:
        guard_change(quote, today)
    raise IllegalTransition(f"quote {quote.number} is {status.value}: {act.value} is not possible")


def guard_change(quote: Quote, today: date) -> None:
    """Raise `QuoteLocked` where nothing about the quote's content may change."""
    guard_lead(quote)
    status = status_on(quote, today)
    if status is not _S.DRAFT:
        raise QuoteLocked(f"quote {quote.number} is {status.value}: revise it to change it")


def guard_lead(quote: Quote) -> None:
    """What a quote offers changes where it is kept; it would be overwritten from there."""
    if quote.origin != OWN:
        raise QuoteLocked(f"quote {quote.number} is kept in {quote.origin}: change it there")
