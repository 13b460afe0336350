"""How a call to Stripe that did not succeed has ended."""

import ssl

import stripe
from urllib3.exceptions import NewConnectionError

from engine.kernel.errors import Unavailable
from engine.ports.outcomes import Declined, Denied, Postponed, PushError, Uncertain

_OK = range(200, 300)
_BROKEN = range(500, 600)
_CONFLICT = 409
_EXCERPT = 300
_LONGEST_WISH = 9
Lost = type[Uncertain] | type[Postponed]


class Spent(Uncertain):
    """What was answered under a key will be answered under it again: go on with another one."""


def outcome_of(error: stripe.StripeError, lost: Lost) -> PushError:
    """What a call comes to that failed; `lost` is that of one whose answer nobody has."""
    status, said = error.http_status, _said(error)
    if status is None:
        return _unanswered(error, lost)
    why = f"Stripe answered {status}: {said}"
    found: PushError = Declined(why)
    if isinstance(error, stripe.AuthenticationError | stripe.PermissionError):
        found = Denied(why)
    elif isinstance(error, stripe.RateLimitError) or status == _CONFLICT:
        found = Postponed(why, _retry_after(error))
    elif isinstance(error, stripe.IdempotencyError):
        found = Spent(f"the key was used for something else: {said}")
    elif status in _BROKEN:
        found = Spent(why) if lost is Uncertain else lost(why)
    elif isinstance(error, stripe.InvalidRequestError | stripe.CardError):
        found = Declined(why, {str(error.param): said} if error.param else {})
    elif status in _OK:
        found = lost(f"Stripe answered no JSON: {said}")
    return found


def _unanswered(error: stripe.StripeError, lost: Lost) -> PushError:
    """What a call without an answer comes to: nothing was sent where no connection was made."""
    chain: list[BaseException] = [error]
    while deeper := chain[-1].__cause__ or chain[-1].__context__:
        chain.append(deeper)
    for each in chain:
        if isinstance(each, PushError):  # the system is to be left alone
            return each
        if isinstance(each, Unavailable):
            return Declined(f"it must not be called: {each.detail}")
    never_left = any(
        isinstance(each, NewConnectionError | ssl.SSLCertVerificationError) for each in chain
    )
    why = f"Stripe does not answer: {str(chain[-1])[:_EXCERPT] or type(chain[-1]).__name__}"
    return Postponed(why) if never_left else lost(why)


def _said(error: stripe.StripeError) -> str:
    text = str(error.user_message or error)
    return "".join(each if each.isprintable() else " " for each in text)[:_EXCERPT]


def _retry_after(error: stripe.StripeError) -> int | None:
    headers = error.headers or {}
    wish = {name.lower(): value for name, value in headers.items()}.get("retry-after", "")
    is_count = wish.isascii() and wish.isdigit()
    return int(wish[:_LONGEST_WISH]) if is_count else None
