"""Calls to one Tryton database.

Records are searched, read and created, and their buttons pressed. What Tryton refuses
comes with a sentence; where it says that a button cannot be pressed, the record may simply be
further than one thought.
"""

import base64
from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

from adapters.erp.tryton.wire import OddAnswer, Row, encoded, row_of, rows_of
from adapters.http import Guard
from adapters.rest import Answer, Rest, json_of
from engine.ports.connections import Access
from engine.ports.outcomes import Declined, Postponed, Uncertain

_BUSY = frozenset({HTTPStatus.CONFLICT, HTTPStatus.LOCKED, HTTPStatus.REQUEST_TIMEOUT})
Domain = Sequence[object]
Made = TypeVar("Made")


class Refused(Declined):
    """It will not do that now, or not at all; it says why."""


class Client:
    """One database, as the user whose key is used, within one company."""

    def __init__(self, access: Access, guard: Guard) -> None:
        company = access.options.get("company", "1")
        if not (company.isascii() and company.isdigit()):
            raise Declined("the company is no number", {"options/company": "is no number"})
        self.company = int(company)
        self._rest = Rest(access.url, self._headers, guard)
        self._key = access.credentials.get("key", "")
        context = {"company": self.company, "companies": [self.company]}
        self._context = base64.urlsafe_b64encode(encoded(context)).decode()

    def search(
        self,
        model: str,
        domain: Domain,
        fields: Sequence[str],
        *,
        most: int,
        order: Sequence[tuple[str, str]] = (),
    ) -> tuple[Row, ...]:
        """At most `most` records of a model."""
        asked = [("d", _packed(domain)), *(("f", field) for field in fields), ("s", str(most))]
        if order:
            asked.append(("o", _packed(order)))
        answer = self._rest.get(f"/rest/model/{model}?{urlencode(asked)}")
        found = self._said(answer, writes=False)
        return understood(lambda: rows_of(found), writes=False)

    def read(self, model: str, id_: int, fields: Sequence[str]) -> Row | None:
        """One record; None where there is none."""
        answer = self._rest.get(f"/rest/model/{model}/{id_}?{_fields(fields)}")
        if answer.status == HTTPStatus.NOT_FOUND:
            return None
        return self._row(answer, id_, writes=False)

    def create(self, model: str, values: Row, fields: Sequence[str]) -> Row:
        """The record that was made."""
        path = f"/rest/model/{model}?{_fields(fields)}"
        return self._row(self._rest.call("POST", path, body=encoded(values)), None, writes=True)

    def press(self, model: str, id_: int, button: str, fields: Sequence[str]) -> Row:
        """The record after one of its buttons was pressed."""
        path = f"/rest/model/{model}/{id_}/{quote(button)}?{_fields(fields)}"
        return self._row(self._rest.call("POST", path, body=b"{}"), id_, writes=True)

    def ask(self, model: str, method: str, values: Row) -> Any:  # noqa: ANN401 (whatever it says)
        """What a method that changes nothing answers."""
        path = f"/rest/model/{model}/{quote(method)}"
        answer = self._rest.call("POST", path, body=encoded(values), writes=False)
        return self._said(answer, writes=False)

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._key}", "X-Tryton-Context": self._context}

    def _row(self, answer: Answer, id_: int | None, *, writes: bool) -> Row:
        said = self._said(answer, writes=writes)
        row = understood(lambda: row_of(said), writes=writes)
        if id_ is not None and row.get("id") != id_:
            raise _lost(writes=writes)(f"it answered with another record than {id_}")
        return row

    @staticmethod
    def _said(answer: Answer, *, writes: bool) -> Any:  # noqa: ANN401 (as above)
        if answer.status in _BUSY:
            raise Postponed(f"it is busy: {_sentence(answer)}", None)
        if not answer.is_ok:
            raise Refused(_sentence(answer))
        return json_of(answer, writes=writes)


def understood(read: Callable[[], Made], *, writes: bool) -> Made:
    """What an answer was read as; the outcome of one that is something else is a lost one's."""
    try:
        return read()
    except OddAnswer as error:
        raise _lost(writes=writes)(f"it answered something else: {error}") from None


def _lost(*, writes: bool) -> type[Uncertain | Postponed]:
    return Uncertain if writes else Postponed


def _packed(value: object) -> str:
    return base64.urlsafe_b64encode(encoded(value)).decode()


def _fields(fields: Sequence[str]) -> str:
    return urlencode([("f", field) for field in fields])


def _sentence(answer: Answer) -> str:
    """What it says of its refusal."""
    try:
        said = answer.json()
        told = f"{said['message']} {said.get('description') or ''}".strip()
    except (ValueError, RecursionError, TypeError, KeyError, AttributeError):
        told = ""
    return told[:500] or f"it answered {answer.status}: {answer.excerpt}"
