"""Revisions: the versions of a quotation, what is told of them, and where they are led."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from http import HTTPStatus
from typing import Any, TypeVar

import msgspec

from connector import context
from connector.encoder import Answer, encode
from connector.errors import Refused
from connector.klaro import session, states
from connector.klaro.errors import bad_value, refuse
from connector.klaro.reading import is_wanted, seconds
from connector.klaro.states import Standing
from connector.reading import Unreadable
from engine.kernel.errors import Forbidden, NotFound
from engine.orders.steps import Step
from engine.quotes.quote import Quote
from engine.quotes.stages import FINAL, Stage, left_as
from engine.quotes.version import QuoteVersion
from engine.services import drafting, handling, revising
from engine.services.drafting import Touch
from engine.services.revising import Revised, Revision
from engine.tenants.user import Right

Json = dict[str, Any]
Word = TypeVar("Word", bound=StrEnum)
_LONGEST_NAME = 100


def list_revisions(quotation_id: int) -> list[Json]:
    """Every revision, the newest first."""
    return session.reading(_all, quotation_id)


def get_revision(quotation_id: int, revision_id: int, state: str | None = None) -> Json:
    """One revision; with its state where that is asked for."""
    return session.reading(_one, quotation_id, revision_id, is_wanted(state))


def set_revision(body: Json, quotation_id: int, revision_id: int) -> Answer:
    """The newest revision, changed and led on; a new one where it was taken back.

    A refusal where it now waits for an approval: what was done stays.
    """
    asked = _read(body, revision_id)
    return session.once(lambda uow: _change(uow, quotation_id, asked))


def set_revision_put(body: Json, quotation_id: int, revision_id: int) -> Answer:
    """As `set_revision`."""
    return set_revision(body, quotation_id, revision_id)


def version_of(records: Any, quote: Quote, number: int) -> QuoteVersion:
    """One version of a quote; a quote of which nothing is kept has a first one all the same."""
    if number == 1 and not quote.version:
        return drafting.get(records, quote.id).version
    if not 1 <= number <= quote.version:
        raise NotFound(f"quotation {quote.serial} has no revision {number}")
    return drafting.get(records, quote.id, number).version


def guard_right(records: Any, *rights: Right) -> None:
    """Raise Forbidden where the caller lacks a right."""
    missing = set(rights) - states.rights_of(session.member(records))
    if missing:
        words = " and ".join(sorted(each.value for each in missing))
        raise Forbidden(f"this user may not {words} quotations")


def _all(records: Any, serial: int) -> list[Json]:
    quote = handling.visible(records, session.viewer(), serial)
    versions = records.quote_versions.heads_of(quote.id)
    if not versions:
        versions = (version_of(records, quote, 1),)
    stand = _standing(records, quote)
    return [_written(stand(each)) for each in versions]


def _one(records: Any, serial: int, number: int, with_state: bool = False) -> Json:  # noqa: FBT001, FBT002 (handed on)
    quote = handling.visible(records, session.viewer(), serial)
    found = _standing(records, quote)(version_of(records, quote, number))
    if not with_state:
        return _written(found)
    rights = states.rights_of(session.member(records))
    return {**_written(found), **states.shown(records, found, rights)}


def _change(uow: Any, serial: int, asked: Revision) -> Json | Answer:
    """The revision after the change; which approvals it waits for, if it does."""
    guard_right(uow, Right.EDIT)
    viewer, data = session.viewer(), session.snapshot()
    quote = handling.visible(uow, viewer, serial, lock=True)
    is_end = asked.stage in FINAL or asked.step is not None
    if is_end and revising.is_asked_to_move(uow, quote, session.today(data), asked):
        guard_right(uow, Right.FINALISE)
    touch = Touch(quote_id=quote.id, by=session.caller(), member=viewer.member)
    revised = revising.change(uow, data, session.snapshot_at, touch, asked)
    if revised.awaited:
        return _awaited(revised)
    return _one(uow, serial, max(revised.found.version.number, 1))


def _awaited(revised: Revised) -> Answer:
    refused = Refused(
        HTTPStatus.CONFLICT,
        f"The quotation waits for the approval {revising.named(revised.awaited)}.",
        code="approval_needed",
    )
    exchange = context.exchange()
    return refuse(refused, "" if exchange is None else exchange.request_id)


def _standing(records: Any, quote: Quote) -> Callable[[QuoteVersion], Standing]:
    """Where each version of a quote is."""
    today = session.today(session.snapshot())
    left = left_as(records.quote_history.of(quote.id)) if quote.version > 1 else {}
    order = records.orders.find_by_quote(quote.id)
    return lambda version: states.standing(quote, version, today, left, order)


def _written(found: Standing) -> Json:
    quote, version = found.quote, found.version
    changed = quote.updated_at if found.is_newest else version.changed_at or version.made_at
    return {
        "quotation_id": quote.serial,
        "revision_id": max(version.number, 1),
        "user_id": quote.owner if version.author is None else version.author,
        "qualifiers": {name: msgspec.Raw(value.encode()) for name, value in version.qualifiers},
        "status": found.stage.value,
        "order_status": None if found.step is None else found.step.value,
        "log_message": version.log_message,
        "created_at": seconds(version.made_at),
        "updated_at": seconds(changed),
    }


def _read(body: Json, number: int) -> Revision:
    return Revision(
        number=number,
        qualifiers=_qualifiers(body.get("qualifiers") or {}),
        log_message=body.get("log_message"),
        stage=_word(Stage, body, "status"),
        step=_word(Step, body, "order_status"),
    )


def _word(words: type[Word], body: Json, name: str) -> Word | None:
    if body.get(name) is None:
        return None
    try:
        return words(body[name])
    except ValueError:
        known = ", ".join(each.value for each in words)
        raise bad_value(f"/{name}", Unreadable("unknown_state", f"is none of {known}")) from None


def _qualifiers(given: Mapping[str, object]) -> dict[str, str | None]:
    for name in given:
        if not 0 < len(name) <= _LONGEST_NAME:
            wrong = Unreadable("name_too_long", "has a name that is empty or above 100 characters")
            raise bad_value("/qualifiers", wrong)
    return {
        name: None if value is None else encode(value).decode() for name, value in given.items()
    }
