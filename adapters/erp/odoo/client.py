"""Calls of Odoo's methods by name, each of which is a transaction of its own.

What Odoo answers to a call that fails tells how it failed inside; people are shown the name of
the error and its message only.
"""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, TypeGuard

import msgspec

from adapters.http import Guard
from adapters.rest import Answer, Rest, json_of
from engine.ports.connections import Access
from engine.ports.outcomes import Declined, Denied, Postponed

Record = Mapping[str, Any]
Domain = Sequence[object]

_HTTP_CONFLICT = 409
_LONGEST = 500
_PAGE = 1_000
_ENGLISH = {"lang": "en_US"}
_encode = msgspec.json.Encoder(decimal_format="number").encode


class Odoo:
    """One database, as the owner of an API key.

    Names are asked for in English, whatever language that user reads.
    """

    def __init__(self, access: Access, guard: Guard) -> None:
        self._key = access.credentials.get("api_key", "")
        self._database = access.options.get("database", "")
        self._rest = Rest(access.url, self._headers, guard, told=told)

    def call(
        self,
        method: str,
        *,
        writes: bool,
        context: Mapping[str, object] = MappingProxyType({}),
        **named: object,
    ) -> Any:  # noqa: ANN401 (whatever the method returns)
        """What `method` (`sale.order/action_confirm`) returns; raises an outcome otherwise."""
        if not self._key:
            raise Denied("the connection has no credential api_key")
        body = _encode({**named, "context": {**_ENGLISH, **context}})
        answer = self._rest.call("POST", f"/json/2/{method}", body=body, writes=writes)
        if not answer.is_ok:
            raise _refused(answer)
        return json_of(answer, writes=writes, host="Odoo")

    def search(  # noqa: PLR0913 (a search is made of these)
        self,
        model: str,
        domain: Domain,
        fields: Sequence[str],
        *,
        order: str = "id",
        limit: int = _PAGE,
        offset: int = 0,
        company: int | None = None,
    ) -> list[Record]:
        """The first records that match, at most `limit`, of those that `company` may use."""
        found = self.call(
            f"{model}/search_read",
            writes=False,
            context=within(company),
            domain=domain,
            fields=list(fields),
            order=order,
            limit=limit,
            offset=offset,
        )
        if not isinstance(found, list) or not all(_is_record(each) for each in found):
            raise Postponed(f"Odoo answered no list of {model}")
        return found

    def all(
        self, model: str, domain: Domain, fields: Sequence[str], company: int | None = None
    ) -> Iterator[Record]:
        """Every record that matches, by id."""
        after = 0
        while True:
            page = self.search(
                model, [["id", ">", after], *domain], fields, limit=_PAGE, company=company
            )
            yield from page
            if len(page) < _PAGE:
                return
            last: int = page[-1]["id"]
            if last <= after:
                raise Postponed(f"Odoo answered {model} in another order than asked")
            after = last

    def _headers(self) -> Mapping[str, str]:
        head = {"Authorization": f"bearer {self._key}", "User-Agent": "Quotewright/1"}
        return head | ({"X-Odoo-Database": self._database} if self._database else {})


def within(company: int | None) -> Mapping[str, object]:
    """The context of a call that is made for one company."""
    return {} if company is None else {"allowed_company_ids": [company]}


def is_id(value: object) -> TypeGuard[int]:
    """Whether it can be what Odoo numbers a record with."""
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def told(answer: Answer) -> str:
    """What an error of Odoo's says to people; nothing of where in its code it happened."""
    name, message = _error(answer)
    if not name:
        return "" if _is_json(answer) else answer.excerpt
    return f"{name.rpartition('.')[2]}: {message}"


def _error(answer: Answer) -> tuple[str, str]:
    try:
        said = answer.json()
    except (ValueError, RecursionError):
        return "", ""
    if not isinstance(said, dict):
        return "", ""
    name, message = said.get("name"), said.get("message")
    if not isinstance(name, str) or not isinstance(message, str):
        return "", ""
    clean = "".join(each if each.isprintable() else " " for each in message[:_LONGEST])
    return name[:_LONGEST], clean.strip()


def _is_json(answer: Answer) -> bool:
    """Whether it is meant as JSON, be it broken off in the middle."""
    return answer.body.lstrip()[:1] in {b"{", b"["}


def _refused(answer: Answer) -> Declined | Postponed:
    """An error of Odoo's takes everything back that its call did."""
    if answer.status == _HTTP_CONFLICT:
        return Postponed(f"Odoo was asked for something at the same time: {told(answer)}")
    return Declined(told(answer) or f"Odoo answered {answer.status}")


def _is_record(value: object) -> bool:
    return isinstance(value, dict) and is_id(value.get("id"))
