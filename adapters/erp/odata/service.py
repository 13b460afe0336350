"""One OData service: its entities read, made, changed and removed.

A token against forged requests is fetched where the service wants one, and fetched anew where it
is no longer taken: that refusal says nothing about who may come in.
"""

from collections.abc import Mapping
from threading import local
from typing import Any
from urllib.parse import quote, urlencode

import msgspec

from adapters.erp.odata.doors import Door
from adapters.erp.odata.members import Entity
from adapters.erp.odata.pages import Page, Version, path_below
from adapters.erp.odata.refusals import refusal, told
from adapters.http import Guard
from adapters.rest import Answer, Rest, json_of
from engine.ports.outcomes import Declined, Denied, Postponed, Uncertain

_NOT_LET_IN, _FORBIDDEN, _MISSING = 401, 403, 404
_PASSES = frozenset({_NOT_LET_IN, _FORBIDDEN})
_FORGERY = "x-csrf-token"
_MOST_PAGES = 50


class Service:
    """The service at `url`, spoken to in its version.

    `fetches_token` says that it wants a token against forged requests, which it gives with a
    cookie; `headers` go with every call.
    """

    def __init__(  # noqa: PLR0913 (it is set up once)
        self,
        url: str,
        version: Version,
        door: Door,
        guard: Guard,
        *,
        fetches_token: bool = False,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self._url = url.rstrip("/")
        self._version = version
        self._door = door
        self._headers = dict(headers or {})
        self._fetches_token = fetches_token
        self._rest = Rest(self._url, dict, guard, keeps_cookies=fetches_token, told=told)
        self._watch = guard.watch
        self._mine = local()

    def one(self, path: str, params: Mapping[str, str] | None = None) -> Entity | None:
        """An entity; None where there is none at `path`."""
        answer = self._asked(path, params)
        if answer.status == _MISSING:
            return None
        return self._entity(_fine(answer), writes=False)

    def page(self, path: str, params: Mapping[str, str] | None = None) -> Page:
        """Entities, as many as the service gives at once."""
        return self._page(path, params)

    def rows(self, path: str, params: Mapping[str, str] | None = None) -> tuple[Entity, ...]:
        """All entities there are, page after page."""
        found: list[Entity] = []
        seen: set[str] = set()
        for _ in range(_MOST_PAGES):
            page = self._page(path, params)
            found += page.rows
            if not page.further:
                return tuple(found)
            path, params = path_below(self._url, path, page.further), None
            if path in seen:
                raise Declined("its pages lead back to one that was read before")
            seen.add(path)
        raise Declined(f"it answered more than {_MOST_PAGES} pages")

    def make(self, path: str, body: Mapping[str, object]) -> Entity:
        """Make an entity, and what it holds; as it stands there afterwards."""
        answer = self._written("POST", path, body, {})
        return self._entity(_fine(answer, body), writes=True)

    def change(self, path: str, body: Mapping[str, object], etag: str) -> None:
        """Change members of an entity, unless somebody else has changed it since it was read."""
        _fine(self._written("PATCH", path, body, {"If-Match": etag or "*"}), body)

    def remove(self, path: str, etag: str) -> None:
        """Remove an entity, unless somebody has changed it since it was read."""
        answer = self._written("DELETE", path, None, {"If-Match": etag or "*"})
        if answer.status != _MISSING:
            _fine(answer)

    def etag(self, entity: Entity) -> str:
        return self._version.etag(entity)

    def _page(self, path: str, params: Mapping[str, str] | None) -> Page:
        answer = _fine(self._asked(path, params))
        page = self._version.page(json_of(answer, writes=False))
        if page is None:
            raise Postponed(f"it answered no list: {answer.excerpt}")
        return page

    def _entity(self, answer: Answer, *, writes: bool) -> Entity:
        entity = self._version.entity(json_of(answer, writes=writes))
        if entity is None:
            lost = Uncertain if writes else Postponed
            raise lost(f"it answered no entity: {answer.excerpt}")
        return entity

    def _asked(self, path: str, params: Mapping[str, str] | None) -> Answer:
        """An answer; a token comes along, so that what is written next has a fresh one."""
        wanted = {_FORGERY: "Fetch"} if self._fetches_token else {}
        answer = self._entered("GET", _with(path, params), {"writes": False}, wanted)
        if wanted:
            self._mine.token = _header(answer, _FORGERY) or self._token
        return _let_in(answer)

    def _written(
        self,
        method: str,
        path: str,
        body: Mapping[str, object] | None,
        headers: Mapping[str, str],
    ) -> Answer:
        call = {"body": None if body is None else _encode(body)}
        answer = self._entered(method, path, call, {**headers, **self._token_header()})
        if self._fetches_token and _wants_token(answer):
            self._mine.token = ""
            self._forgive()
            answer = self._entered(method, path, call, {**headers, **self._token_header()})
            if _wants_token(answer):
                raise Postponed("it takes none of the tokens against forgery that it gives")
        return _let_in(answer)

    def _entered(
        self, method: str, path: str, call: Mapping[str, Any], headers: Mapping[str, str]
    ) -> Answer:
        """One call; made again, once, where what let us in was no longer good."""
        used = self._door.headers()
        head = {**self._headers, **headers}
        answer = self._rest.call(method, path, headers={**head, **used}, passes=_PASSES, **call)
        if answer.status == _NOT_LET_IN and self._door.renew(used):
            self._forgive()
            used = self._door.headers()
            answer = self._rest.call(method, path, headers={**head, **used}, passes=_PASSES, **call)
        return answer

    def _forgive(self) -> None:
        if self._watch is not None:
            self._watch.forgive()

    @property
    def _token(self) -> str:
        return getattr(self._mine, "token", "")

    def _token_header(self) -> Mapping[str, str]:
        if not self._fetches_token:
            return {}
        if not self._token:
            self._asked("/", None)
        return {_FORGERY: self._token} if self._token else {}


def _with(path: str, params: Mapping[str, str] | None) -> str:
    """A path with its query, in which a space is no plus sign."""
    query = urlencode(dict(params or {}), quote_via=quote, safe="$")
    return f"{path}?{query}" if query else path


def _fine(answer: Answer, sent: Mapping[str, object] | None = None) -> Answer:
    if answer.is_ok:
        return answer
    raise refusal(answer, tuple(sent or ()))


def _let_in(answer: Answer) -> Answer:
    if answer.status in _PASSES:
        raise Denied(f"it answered {answer.status}: {told(answer)}")
    return answer


def _wants_token(answer: Answer) -> bool:
    return answer.status == _FORBIDDEN and _header(answer, _FORGERY).lower() == "required"


def _header(answer: Answer, name: str) -> str:
    told_of = {key.lower(): value for key, value in answer.headers.items()}
    return told_of.get(name, "")


_encode = msgspec.json.Encoder(decimal_format="number").encode
