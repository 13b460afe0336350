"""Quotes: made, read, changed while they are drafts, and led through their life."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from connector.encoder import Answer
from connector.reading import day
from connector.vektra import paging, quoted, session
from connector.vektra.quote_requests import read_changes, read_line_changes, read_new_quote
from connector.vektra.reply import Reply
from connector.vektra.requests import member, read_ask
from connector.vektra.writing import etag, once, seen_revision
from engine.kernel.errors import Moved
from engine.quotes.acts import Act
from engine.quotes.quote import QuoteSearch, QuoteStatus
from engine.services import deciding, drafting, editing
from engine.services.deciding import Word
from engine.services.drafting import Quoted, Touch

Json = dict[str, Any]
_ATTEMPTS = 3


def list_quotes(
    status: str | None = None,
    account_id: str | None = None,
    q: str = "",
    limit: int = paging.USUAL,
    cursor: str | None = None,
) -> Json:
    """Quotes without their lines, the newest first."""
    today = session.today(session.snapshot())
    wanted = QuoteSearch(
        today=today,
        status=None if status is None else QuoteStatus(status),
        account=account_id,
        text=q.strip(),
    )
    found = session.reading(drafting.search, wanted, limit + 1, paging.named(cursor))
    return paging.window(
        found, lambda each: each.quote.id, lambda each: quoted.summary(each, today), limit
    )


def create_quote(body: Json) -> Answer:
    """A quote in draft, its lines priced."""
    data = session.snapshot()
    command = read_new_quote(body, data, session.caller())

    def act(uow: Any) -> Reply:
        found = drafting.create(uow, data, command)
        location = ("location", f"/api/v1/quotes/{found.quote.id}")
        return _reply(found, HTTPStatus.CREATED, location)

    return once(act)


def get_quote(quote_id: str, expand: str = "", version: int | None = None) -> Reply:
    """One quote; with its waterfalls and its history where they are asked for."""
    shown = {part.strip() for part in expand.split(",")}
    today = session.today(session.snapshot())
    found = session.reading(drafting.get, quote_id, version)
    body = quoted.quote(found, today, waterfall="waterfall" in shown)
    if "history" in shown:
        entries = session.reading(drafting.history, quote_id)
        body["history"] = [quoted.happened(each) for each in entries]
    return Reply(body, headers=(etag(found.quote.revision),))


def change_quote(body: Json, quote_id: str) -> Answer:
    """The quote with some of its members changed, priced again where that matters."""
    head, terms = read_changes(body)
    return _edited(quote_id, editing.change, head, terms)


def add_quote_line(body: Json, quote_id: str) -> Answer:
    """The line that was added, with the quote: other lines may have changed with it."""
    ask = read_ask(body)

    def reply(answer: tuple[Quoted, str]) -> Reply:
        found, line_id = answer
        whole = _body(found)
        [line] = [each for each in whole["lines"] if each["id"] == line_id]
        headers = (etag(found.quote.revision),)
        return Reply({"line": line, "quote": whole}, HTTPStatus.CREATED, headers)

    return _edited(quote_id, editing.add_line, ask, reply=reply)


def change_quote_line(body: Json, quote_id: str, line_id: str) -> Answer:
    """The quote with one line asked for otherwise."""
    return _edited(quote_id, editing.change_line, line_id, read_line_changes(body))


def remove_quote_line(quote_id: str, line_id: str) -> Answer:
    """The quote without one line."""
    return _edited(quote_id, editing.remove_line, line_id)


def add_quote_alternative(body: Json, quote_id: str) -> Answer:
    """The quote with a copy of its chosen alternative, which is chosen now."""
    title = body.get("title") or ""
    return _edited(
        quote_id,
        editing.add_alternative,
        title,
        reply=lambda found: _reply(found, HTTPStatus.CREATED),
    )


def remove_quote_alternative(quote_id: str, alternative_id: str) -> Answer:
    """The quote without one of its alternatives."""
    return _edited(quote_id, editing.remove_alternative, alternative_id)


def submit_quote(body: Json | None = None, *, quote_id: str) -> Answer:
    """Ask for the approvals the quote needs."""
    return _decided(quote_id, Act.SUBMIT, body)


def approve_quote(body: Json | None = None, *, quote_id: str) -> Answer:
    """Agree to what is asked for, on one level or on all."""
    return _decided(quote_id, Act.APPROVE, body)


def reject_quote(body: Json | None = None, *, quote_id: str) -> Answer:
    """Do not agree: the quote is a draft again."""
    return _decided(quote_id, Act.REJECT, body)


def send_quote(body: Json | None = None, *, quote_id: str) -> Answer:
    """The customer has it."""
    return _decided(quote_id, Act.SEND, body)


def hold_quote(body: Json | None = None, *, quote_id: str) -> Answer:
    """The customer asked for time."""
    return _decided(quote_id, Act.HOLD, body)


def resume_quote(body: Json | None = None, *, quote_id: str) -> Answer:
    """The customer goes on."""
    return _decided(quote_id, Act.RESUME, body)


def accept_quote(body: Json | None = None, *, quote_id: str) -> Answer:
    """The customer takes it, or another of its alternatives."""
    return _decided(quote_id, Act.ACCEPT, body)


def decline_quote(body: Json | None = None, *, quote_id: str) -> Answer:
    """The customer does not take it."""
    return _decided(quote_id, Act.DECLINE, body)


def revise_quote(body: Json | None = None, *, quote_id: str) -> Answer:
    """A new version in draft; the one before can still be read."""
    today, touch = session.today(session.snapshot()), _touch(quote_id)
    comment = (body or {}).get("comment") or ""
    return once(lambda uow: _reply(editing.revise(uow, today, touch, comment)))


def reprice_quote(body: Json | None = None, *, quote_id: str) -> Answer:
    """The quote with the prices of now."""
    on, touch, data = member(day, body or {}, "pricing_date"), _touch(quote_id), session.snapshot()
    return once(lambda uow: _reply(editing.reprice(uow, data, touch, on)))


def clone_quote(body: Json | None = None, *, quote_id: str) -> Answer:  # noqa: ARG001 (acts may have a body)
    """A new quote of the same, with the prices of now."""
    data, by = session.snapshot(), session.caller()

    def act(uow: Any) -> Reply:
        found = drafting.clone(uow, data, quote_id, by)
        location = ("location", f"/api/v1/quotes/{found.quote.id}")
        return _reply(found, HTTPStatus.CREATED, location)

    return once(act)


def _decided(quote_id: str, act: Act, body: Json | None) -> Answer:
    data, touch, given = session.snapshot(), _touch(quote_id), body or {}
    word = Word(
        comment=given.get("comment") or "",
        level=given.get("level"),
        alternative=given.get("alternative"),
    )
    return once(lambda uow: _reply(deciding.decide(uow, data, touch, act, word)))


def _edited(
    quote_id: str,
    verb: Callable[..., Any],
    *command: object,
    reply: Callable[[Any], Reply] | None = None,
) -> Answer:
    """What `verb` makes of the quote, with the data its prices were worked out with."""
    touch, write = _touch(quote_id), reply or _reply

    def attempt() -> Answer:
        data = session.snapshot_at(session.reading(drafting.data_revision, quote_id))
        return once(lambda uow: write(verb(uow, data, touch, *command)))

    for _ in range(_ATTEMPTS - 1):
        try:
            return attempt()
        except Moved:  # somebody repriced it between the two looks
            continue
    return attempt()


def _touch(quote_id: str) -> Touch:
    return Touch(quote_id=quote_id, by=session.caller(), revision=seen_revision())


def _reply(found: Quoted, status: int = HTTPStatus.OK, *headers: tuple[str, str]) -> Reply:
    return Reply(_body(found), status, (etag(found.quote.revision), *headers))


def _body(found: Quoted) -> Json:
    return quoted.quote(found, session.today(session.snapshot()))
