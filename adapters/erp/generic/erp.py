"""Any system that takes signed orders over HTTPS.

An order is sent to the connection's address; below it, under our key or under the name that the
system gave, it can be looked up. Every call is signed as Standard Webhooks has it. Where orders
are is told by the system itself, at our own address for the status of orders.
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlsplit

import msgspec

from adapters.erp.generic import json_order, ubl_order
from adapters.erp.generic.answers import Said, reason, said
from adapters.http import Guard
from adapters.rest import USUAL, Answer, Rest, json_of
from engine.events import signature
from engine.kernel.clock import Clock, SystemClock
from engine.ports.connections import UNSURE, Access, Checked, Steps
from engine.ports.erp import (
    Changes,
    ErpCapabilities,
    ErpPlan,
    OrderDocument,
    OrderState,
    Receipt,
    Stage,
)
from engine.ports.outcomes import Declined, Denied, Postponed, Uncertain

_YES, _NO = "yes", "no"
_JSON, _UBL = "json", "ubl"
_TYPES = {_JSON: "application/json", _UBL: "application/xml"}
_REFERENCE, _NUMBER = "reference", "order_number"
_PROBE = "connection-test"
_NOT_FOUND, _CONFLICT = 404, 409
_encode = msgspec.json.Encoder().encode


class GenericErp:
    """The port over one address. Calls may be made from several threads."""

    def __init__(self, access: Access, guard: Guard = USUAL, clock: Clock | None = None) -> None:
        options = access.options
        self._access = access
        self._clock = clock or SystemClock()
        self._rest = Rest(access.url, lambda: {"User-Agent": "Quotewright/1"}, guard)
        self._host = urlsplit(access.url).hostname or "the address"
        self._looks_up = options.get("look_up", _YES) != _NO
        self._replays = options.get("idempotent") == _YES
        self._cancels = options.get("cancel") == _YES
        self._changes = options.get("change") == _YES
        self._format = options.get("format", _JSON)
        self._seller = options.get("seller") or access.tenant

    def capabilities(self) -> ErpCapabilities:
        return ErpCapabilities(
            proof="own stub",
            is_idempotent=self._replays,
            computes_tax=False,
            cancels=self._cancels,
            looks_up=self._looks_up,
            takes_changes=self._changes,
        )

    def check(self) -> Checked:
        """Asks for an order that nobody made; without a look-up only whether anybody is there."""
        troubles = list(self._setting_troubles())
        if not self._looks_up:
            self._call("OPTIONS", "", _PROBE)
            return Checked(
                identity=f"{self._host}, which cannot be asked for orders", troubles=tuple(troubles)
            )
        answer = self._call("GET", f"/{_PROBE}", _PROBE)
        if answer.status == _NOT_FOUND:
            self._is_absent(answer)
        else:
            json_of(answer, writes=False, host=self._host)
            troubles.append(f"asked for an order nobody made, {self._host} said {answer.status}")
        return Checked(identity=self._host, troubles=tuple(troubles))

    def plan(self, document: OrderDocument) -> ErpPlan:
        body, _ = self._written(document, document.order_id)
        tables = self._access.tables
        is_ubl = self._format == _UBL
        losses = tuple(ubl_order.losses_of(document, tables)) if is_ubl else ()
        payload = {"xml": body.decode()} if is_ubl else msgspec.json.decode(body)
        return ErpPlan(losses=losses, payload=payload)

    def find(self, document: OrderDocument, key: str) -> Receipt | None:
        """Nothing where the system cannot be asked; `create` then sends nothing twice."""
        if not self._looks_up:
            return None
        found = self._looked_up(key)
        if found is None:
            return None
        if found.order_number != document.order_number:
            told = f"under {key} {self._host} has {found.order_number}"
            raise Uncertain(f"{told}, not {document.order_number}")
        return found.receipt(document)

    def create(self, document: OrderDocument, key: str, steps: Steps) -> Receipt:
        is_blind = not self._looks_up and not self._replays
        if is_blind and steps.get(UNSURE):
            told = f"it was sent before without an answer, and {self._host} cannot be asked"
            raise Declined(f"{told}: somebody has to look whether the order is there")
        body, kind = self._written(document, key)
        steps.keep(**{UNSURE: key})  # which says as well that it is still for us to do
        try:
            taken = self._posted(document, key, body, kind)
        except Uncertain:
            raise
        except (Postponed, Denied, Declined):
            steps.keep(**{UNSURE: ""})
            raise
        steps.keep(**{_REFERENCE: taken.reference, _NUMBER: document.order_number})
        return taken.receipt(document)

    def advance(self, receipt: Receipt, to: Stage, steps: Steps) -> OrderState:  # noqa: ARG002 (what was taken is confirmed)
        if self._looks_up:
            return self.read(receipt.reference)
        return OrderState(
            reference=receipt.reference,
            key=steps.get(_NUMBER) or "",
            stage=Stage.CONFIRMED,
            number=receipt.number,
            net=receipt.net,
            tax=receipt.tax,
            total=receipt.total,
        )

    def read(self, reference: str) -> OrderState:
        if not self._looks_up:
            raise Declined(f"{self._host} cannot be asked; it tells by itself where orders are")
        found = self._looked_up(reference) if reference else None
        if found is None:
            raise Declined(f"there is no order {reference} at {self._host}")
        if found.reference != reference:
            raise Postponed(f"asked for {reference}, {self._host} told of {found.reference}")
        return found.state()

    def cancel(self, reference: str) -> OrderState:
        if not self._cancels:
            raise Declined(f"orders at {self._host} are not cancelled from here")
        name = quote(reference, safe="")
        answer = self._call("DELETE", f"/{name}", f"cancel-{name}")
        if not answer.is_ok:
            raise self._refused(answer)
        if self._looks_up:
            return self.read(reference)
        return OrderState(reference=reference, key="", stage=Stage.CANCELLED)

    def change(self, reference: str, document: OrderDocument, key: str) -> OrderState:
        """The whole order as it is by now is put in the place of the one it has."""
        if not self._changes:
            raise Declined(f"orders at {self._host} are not changed from here")
        body, kind = self._written(document, key)
        name = quote(reference, safe="")
        head = {"Content-Type": kind, "Idempotency-Key": key}
        answer = self._call("PUT", f"/{name}", f"change-{name}", body, head)
        if not answer.is_ok:
            raise self._refused(answer)
        found = self._said(answer, Uncertain)
        if found.reference != reference or found.order_number not in {"", document.order_number}:
            told = f"{self._host} answered about {found.reference} {found.order_number}"
            raise Uncertain(told.rstrip())
        return found.state()

    def changes(self, mark: str | None) -> Changes:
        """None: they are told to us."""
        return Changes(states=(), mark=mark or "")

    def _written(self, document: OrderDocument, key: str) -> tuple[bytes, str]:
        """The body of an order, and its type."""
        if self._format not in _TYPES:
            raise Declined("the format is neither json nor ubl", {"options/format": self._format})
        tables = self._access.tables
        if self._format == _UBL:
            today = self._clock.now().date()
            body = ubl_order.written(document, tables, self._seller, today)
        else:
            body = _encode(json_order.body_of(document, key, tables, self._seller))
        return body, _TYPES[self._format]

    def _posted(self, document: OrderDocument, key: str, body: bytes, kind: str) -> Said:
        head = {"Content-Type": kind, "Idempotency-Key": key}
        answer = self._call("POST", "", key, body, head)
        if answer.status == _CONFLICT and self._looks_up:
            raise Uncertain(f"{self._host} has something under {key}: {reason(answer)[0]}")
        if not answer.is_ok:
            raise self._refused(answer)
        taken = self._said(answer, Uncertain)
        if taken.order_number not in {"", document.order_number}:
            raise Uncertain(f"{self._host} answered about {taken.order_number}")
        return taken

    def _looked_up(self, name: str) -> Said | None:
        written = quote(name, safe="")
        answer = self._call("GET", f"/{written}", written)
        if answer.status == _NOT_FOUND:
            self._is_absent(answer)
            return None
        if not answer.is_ok:
            raise self._refused(answer)
        found = self._said(answer, Postponed)
        if not found.order_number:
            raise Postponed(f"{self._host} does not say which order it tells of")
        return found

    def _is_absent(self, answer: Answer) -> None:
        """Raises unless it is the system itself that knows of nothing, not what is in front."""
        if answer.body.strip():
            json_of(answer, writes=False, host=self._host)

    def _said(self, answer: Answer, lost: type[Uncertain | Postponed]) -> Said:
        try:
            return said(json_of(answer, writes=lost is Uncertain, host=self._host))
        except ValueError as error:
            raise lost(f"{self._host} answered what cannot be used: {error}") from None

    def _refused(self, answer: Answer) -> Declined:
        why, fields = reason(answer)
        return Declined(f"{self._host} answered {answer.status}: {why}", fields)

    def _call(
        self,
        method: str,
        path: str,
        name: str,
        body: bytes = b"",
        head: Any = None,  # noqa: ANN401 (headers)
    ) -> Answer:
        """A call that is signed as `name`."""
        now = int(self._clock.now().timestamp())
        try:
            signed = signature.headers(name, now, body, self._secrets())
        except ValueError as error:
            raise Denied(f"the credential secret cannot sign: {error}") from None
        writes = method in {"POST", "PUT", "DELETE"}
        return self._rest.call(
            method, path, body=body or None, headers={**(head or {}), **signed}, writes=writes
        )

    def _secrets(self) -> list[str]:
        """The secret, and the one before it while they are exchanged."""
        credentials = self._access.credentials
        known = [credentials.get("secret", ""), credentials.get("old_secret", "")]
        if not known[0]:
            raise Denied("the connection has no credential secret")
        return [each for each in known if each]

    def _setting_troubles(self) -> Iterator[str]:
        if self._format not in _TYPES:
            yield f"format is {self._format[:20]}, neither json nor ubl"
        if urlsplit(self._access.url).query:
            yield "the address has a query, below which no order can be looked up"
        if not signature.is_fit(self._access.credentials.get("secret", "")):
            yield "the secret is too short or too long to sign well"
