"""Pages at addresses that are shared: `/p/{secret}` is a proposal, read by whoever has the link.

They take no key, so an address is all that counts: it is counted how often one asks, what is
unknown and what never was look alike, and nothing is told to where a reader goes next.
"""

import unicodedata
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import NamedTuple
from urllib.parse import parse_qs

from connector.context import Exchange
from connector.documents import page
from connector.documents.page import Frame
from connector.documents.rendering import CONTENT_TYPES, ENDINGS
from connector.encoder import Answer
from connector.errors import RETRY_AFTER, Refused
from connector.rate import RequestRate
from connector.workers import Workers
from engine.hub import Hub
from engine.kernel.errors import Gone, NotFound, Unavailable
from engine.pricing.snapshot import Snapshot
from engine.proposals.proposal import Proposal, Rendered, digest
from engine.services import proposing
from engine.services.proposing import Standing

PREFIX = "/p/"
_PER_SECOND = 10
_FORM = "application/x-www-form-urlencoded"
_FORM_BYTES = 4 * 1024
_LONGEST_NAME = 200
_LONGEST_SECRET = 128
_HTML = "text/html; charset=utf-8"
_DISCREET = (
    ("cache-control", "no-store"),
    ("referrer-policy", "no-referrer"),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("x-robots-tag", "noindex, nofollow"),
)
_METHODS = {"": "GET, HEAD", "document": "GET, HEAD", "accept": "POST"}

Take = Callable[[int], Awaitable[bytes]]


class _Found(NamedTuple):
    """A proposal somebody has the address of."""

    tenant: str
    proposal: Proposal
    data: Snapshot
    secret: str


class SharedPages:
    """Answers the addresses of proposals; `counted` says whether requests are."""

    def __init__(self, hub: Hub, workers: Workers, *, counted: bool = True) -> None:
        self._hub = hub
        self._workers = workers
        self._rate = RequestRate(_PER_SECOND if counted else 0)

    async def answer(
        self, exchange: Exchange, headers: Mapping[bytes, bytes], take: Take
    ) -> Answer | None:
        """The answer to a request below `/p/`; None for all others. `take` gives its body."""
        if not exchange.path.startswith(PREFIX):
            return None
        exchange.surface = None
        exchange.operation = "readProposal"
        secret, slash, action = exchange.path.removeprefix(PREFIX).partition("/")
        refusal = self._refusal(exchange, headers, secret, action or slash)
        if refusal is not None:
            return refusal
        name = ""
        if action == "accept":
            try:
                name = _name(await take(_FORM_BYTES))
            except Refused as refused:
                return _told("wrong", HTTPStatus(refused.status))
        return await self._workers.run(self._open, exchange.method, secret, action, name)

    def _refusal(
        self, exchange: Exchange, headers: Mapping[bytes, bytes], secret: str, action: str
    ) -> Answer | None:
        """What speaks against a request before anything is looked up."""
        wait = self._rate.wait(exchange.address)
        if wait is not None:
            return _told("busy", HTTPStatus.TOO_MANY_REQUESTS, ("retry-after", str(wait)))
        allowed = _METHODS.get(action)
        if allowed is None or len(secret) > _LONGEST_SECRET:
            return _told("unknown", HTTPStatus.NOT_FOUND)
        if exchange.method not in allowed.split(", "):
            return _told("wrong", HTTPStatus.METHOD_NOT_ALLOWED, ("allow", allowed))
        if action == "accept" and _media_type(headers) != _FORM:
            return _told("wrong", HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
        return None

    def _open(self, method: str, secret: str, action: str, name: str) -> Answer:
        language = "en"
        try:
            found = self._find(secret)
            language = found.proposal.language
            found.proposal.guard_readable(self._hub.clock.now())
            if action == "accept":
                return self._accept(found, name)
            return self._document(found) if action else self._page(found, method)
        except NotFound:
            return _told("unknown", HTTPStatus.NOT_FOUND)
        except Gone:
            return _told("gone", HTTPStatus.GONE, language=language)
        except Unavailable:
            waiting = ("retry-after", str(RETRY_AFTER))
            return _told("busy", HTTPStatus.SERVICE_UNAVAILABLE, waiting, language=language)

    def _find(self, secret: str) -> _Found:
        with self._hub.administration(reading=True) as administration:
            named = administration.proposal_addresses.find(digest(secret.encode()))
        tenant = None if named is None else self._hub.standing(named[0])
        if named is None or tenant is None or tenant.disabled:
            raise NotFound("there is nothing at this address")
        with self._hub.reading(tenant.id) as view:
            proposal = view.proposals.get(named[1])
        data = self._hub.snapshot(tenant.id, tenant.revision)
        return _Found(tenant.id, proposal, data, secret)

    def _page(self, found: _Found, method: str) -> Answer:
        if method == "GET":
            with self._hub.unit_of_work(found.tenant) as uow:
                proposing.look(uow, found.proposal.id)
        stands, rendered = self._state(found)
        form = f"{found.secret}/accept" if stands is Standing.OPEN else ""
        return _framed(found, rendered, stands, f"{found.secret}/document", form)

    def _document(self, found: _Found) -> Answer:
        _, rendered = self._state(found)
        written_as = found.proposal.format
        name = f"{found.proposal.number}.{ENDINGS[written_as]}"
        attached = ("content-disposition", f'attachment; filename="{name}"')
        sandboxed = ("content-security-policy", "default-src 'none'; sandbox")
        headers = (*_DISCREET, attached, sandboxed)
        return Answer(HTTPStatus.OK, rendered.content, headers, CONTENT_TYPES[written_as])

    def _accept(self, found: _Found, name: str) -> Answer:
        if not name:
            stands, rendered = self._state(found)
            if stands is Standing.OPEN:
                answer = _framed(found, rendered, stands, "document", "accept", "accept_missing")
                return Answer(
                    HTTPStatus.UNPROCESSABLE_ENTITY, answer.content, answer.headers, _HTML
                )
        else:
            with self._hub.unit_of_work(found.tenant) as uow:
                proposing.accept(uow, found.data, found.proposal.id, name)
        back = ("location", f"../{found.secret}")
        return Answer(HTTPStatus.SEE_OTHER, b"", (*_DISCREET, back), _HTML)

    def _state(self, found: _Found) -> tuple[Standing, Rendered]:
        with self._hub.reading(found.tenant) as view:
            stands = proposing.standing(view, found.data, found.proposal)
            return stands, view.proposals.content(found.proposal.id)


def _framed(  # noqa: PLR0913, PLR0917 (what a frame is made of)
    found: _Found, rendered: Rendered, stands: Standing, download: str, form: str, fault: str = ""
) -> Answer:
    proposal = found.proposal
    frame = Frame(
        language=proposal.language,
        notice=f"is_{stands.value}",
        download=download,
        kind=ENDINGS[proposal.format].upper(),
        sha256=proposal.sha256,
        form=form,
        fault=fault,
    )
    return _html(page.framed(rendered.page, frame), HTTPStatus.OK)


def _told(name: str, status: HTTPStatus, *headers: tuple[str, str], language: str = "en") -> Answer:
    return _html(page.told(name, language), status, *headers)


def _html(text: str, status: HTTPStatus, *headers: tuple[str, str]) -> Answer:
    policy = ("content-security-policy", page.policy(text))
    return Answer(status, text.encode(), (*_DISCREET, policy, *headers), _HTML)


def _media_type(headers: Mapping[bytes, bytes]) -> str:
    kind, _, _ = headers.get(b"content-type", b"").decode("latin-1").partition(";")
    return kind.strip().lower()


def _name(body: bytes) -> str:
    """The name in a form that was posted; empty where there is none that can be one."""
    try:
        given = parse_qs(body.decode("ascii"), max_num_fields=10, errors="strict").get("name", [])
    except ValueError:
        return ""
    name = " ".join(given[0].split()) if given else ""
    if len(name) > _LONGEST_NAME or any(unicodedata.category(sign)[0] == "C" for sign in name):
        return ""
    return name
