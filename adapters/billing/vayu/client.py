"""Calls to Vayu: each ends in what it says, or in a named outcome."""

import re
from collections.abc import Iterator, Mapping
from urllib.parse import quote

import msgspec

from adapters.billing.vayu.entry import Entry
from adapters.billing.vayu.pricing import Json
from adapters.http import Guard
from adapters.rest import USUAL, Answer, Rest, json_of
from engine.ports.connections import Access
from engine.ports.outcomes import Declined, Denied, Postponed, Uncertain

USUAL_URL = "https://connect.withvayu.com"
_NOT_FOUND = 404
_TAKEN = 409
_PAGE = "100"
_MOST_PAGES = 1000
_ID = re.compile(r"[0-9a-fA-F]{24}")


class Client:
    """Vayu as one connection reaches it; any thread may call."""

    def __init__(self, access: Access, guard: Guard = USUAL) -> None:
        url = access.url or USUAL_URL
        self._entry = Entry(url, access.credentials.get("api_key", ""), guard)
        self._rest = Rest(url, dict, guard)

    def customer(self, external_id: str) -> str | None:
        """The id of the customer that is called so there, by our name for it or by its own."""
        if is_id(external_id):
            found = self._get(f"/customers/{external_id}")
            own = "id"
        else:
            found = self._get(f"/customers/externalId/{quote(external_id, safe='')}")
            own = "externalId"
        if found is None:
            return None
        customer = _part(found, "customer")
        if str(customer.get(own, "")).lower() != external_id.lower():
            raise Declined(f"asked for the customer {external_id}, it answered another one")
        return _id_of(customer)

    def create_customer(self, body: Json) -> str | None:
        """The id of a new customer; None where there is one of that name by now."""
        answer = self._call("POST", "/customers", body)
        if answer.status == _TAKEN:
            return None
        return _id_of(_part(_made(answer), "customer", Uncertain), Uncertain)

    def create_contract(self, body: Json) -> Json:
        """The contract that was made."""
        return _part(_made(self._call("POST", "/contracts", body)), "contract", Uncertain)

    def contract(self, id: str) -> Json | None:
        """A contract, if there is one."""
        found = self._get(f"/contracts/{quote(id, safe='')}")
        return None if found is None else _part(found, "contract")

    def contracts(self, customer: str) -> Iterator[Json]:
        """Every contract of a customer."""
        for each in self._pages("/contracts", "contracts", {"customerId": customer}):
            if each.get("customerId") == customer:
                yield each

    def products(self) -> Iterator[Json]:
        """Every product of the catalogue."""
        return self._pages("/catalogProducts", "catalogProducts", {})

    def _pages(self, path: str, member: str, params: Mapping[str, str]) -> Iterator[Json]:
        cursor, seen = "", set[str]()
        for _ in range(_MOST_PAGES):
            page = {"cursor": cursor} if cursor else {}
            found = self._get(path, {**params, "limit": _PAGE, **page}) or {}
            rows = found.get(member)
            if not isinstance(rows, list):
                raise Postponed(f"its answer has no {member}")
            yield from (each for each in rows if isinstance(each, dict))
            following = found.get("nextCursor")
            if not found.get("hasMore") or not isinstance(following, str) or not following:
                return
            if following in seen:
                raise Postponed(f"the pages of {member} go round in circles")
            seen.add(following)
            cursor = following
        raise Postponed(f"there are more than {_MOST_PAGES} pages of {member}")

    def _get(self, path: str, params: Mapping[str, str] | None = None) -> Json | None:
        answer = self._call("GET", path, params=params)
        if answer.status == _NOT_FOUND:
            return None
        if not answer.is_ok:
            raise _declined(answer)
        said = json_of(answer, writes=False)
        if not isinstance(said, dict):
            raise Postponed("it answered something else than an object")
        return said

    def _call(
        self,
        method: str,
        path: str,
        body: Json | None = None,
        params: Mapping[str, str] | None = None,
    ) -> Answer:
        """The answer; made once more where the token is taken no longer."""
        token = self._entry.token()
        encoded = None if body is None else _encode(body)

        def asked(with_token: str) -> Answer:
            return self._rest.call(
                method,
                path,
                params=params,
                body=encoded,
                headers={"Authorization": f"Bearer {with_token}"},
                writes=body is not None,
            )

        try:
            return asked(token.text)
        except Denied:
            return asked(self._entry.another(token).text)


def is_id(name: str) -> bool:
    """Whether it is written like an id there."""
    return _ID.fullmatch(name) is not None


def _made(answer: Answer) -> Json:
    """What a call that writes says. Declined with the members that it does not like."""
    if not answer.is_ok:
        raise _declined(answer)
    said = json_of(answer, writes=True)
    if not isinstance(said, dict):
        raise Uncertain("it answered something else than an object")
    return said


def _part(said: Json, name: str, lost: type[Uncertain | Postponed] = Postponed) -> Json:
    found = said.get(name)
    if not isinstance(found, dict):
        raise lost(f"its answer has no {name}")
    return found


def _id_of(said: Json, lost: type[Uncertain | Postponed] = Postponed) -> str:
    found = said.get("id")
    if not isinstance(found, str) or not is_id(found):
        raise lost("what it answered has no id")
    return found


def _declined(answer: Answer) -> Declined:
    """Why it refuses, member by member."""
    fields: dict[str, str] = {}
    reason = answer.excerpt
    try:
        said = answer.json()
    except (ValueError, RecursionError):
        said = None
    if isinstance(said, dict):
        reason = str(said.get("message") or reason)
        if said.get("param"):
            fields[str(said["param"])] = reason
        params = said.get("params")
        for each in params if isinstance(params, list) else []:
            if isinstance(each, dict) and each.get("param"):
                fields[str(each["param"])] = str(each.get("message") or reason)
    return Declined(f"Vayu answered {answer.status}: {reason}", fields)


_encode = msgspec.json.Encoder(decimal_format="number").encode
